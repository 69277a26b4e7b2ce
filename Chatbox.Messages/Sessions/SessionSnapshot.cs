using System.Collections.Immutable;

namespace Chatbox.Messages.Sessions;

/// <summary>A finished entry of a conversation, at its place in the session's journal.</summary>
/// <param name="Seq">The sequence number in the journal: strictly increasing, with gaps.</param>
public abstract record SessionItem(long Seq, MessageId MessageId, DateTimeOffset At)
{
    /// <summary>Length of the text and the metadata, in UTF-16 code units.</summary>
    public abstract int Length { get; }

    /// <summary>Length of the metadata's keys and values, in UTF-16 code units.</summary>
    public static int LengthOf(ImmutableSortedDictionary<string, string> metadata) =>
        metadata.Count == 0 ? 0 : metadata.Sum(m => m.Key.Length + m.Value.Length);
}

/// <summary>A person's message.</summary>
/// <param name="AnswerId">The message's answer, which may not have started yet.</param>
/// <param name="SentAt">The client's time stamp, which people see.</param>
public sealed record UserItem(
    long Seq,
    MessageId MessageId,
    MessageId AnswerId,
    string Content,
    ImmutableSortedDictionary<string, string> Metadata,
    DateTimeOffset SentAt,
    DateTimeOffset At
) : SessionItem(Seq, MessageId, At)
{
    /// <summary>A person held the session: the message went to that person, and no model answers it.</summary>
    public bool ToPerson { get; init; }

    /// <summary>The files that the message carries; null for none.</summary>
    public MessageFiles? Files { get; init; }

    public override int Length => Content.Length + LengthOf(Metadata) + (Files?.Length ?? 0);
}

/// <summary>A finished answer.</summary>
/// <param name="QuestionId">The message that it answers.</param>
/// <param name="RewrittenFrom">
/// The offset from which the text was rewritten after a crash, in UTF-16 code units: text that viewers saw there earlier may differ. Null
/// if it never was.
/// </param>
public sealed record AnswerItem(
    long Seq,
    MessageId MessageId,
    MessageId QuestionId,
    ModelId ModelId,
    string Text,
    FinishReason Reason,
    TokenUsage Usage,
    string? ErrorCode,
    int? RewrittenFrom,
    DateTimeOffset At
) : SessionItem(Seq, MessageId, At)
{
    /// <summary>Whether a later answer to the same message has taken this answer's place.</summary>
    public bool Superseded { get; init; }

    /// <summary>Time from the question to the first piece; null if unknown.</summary>
    public TimeSpan? ResponseTime { get; init; }

    /// <summary>The owner's rating; null without one.</summary>
    public Rating? Rating { get; init; }

    /// <summary>Number of files that the model returned with it and that were kept.</summary>
    public int Files { get; init; }

    public override int Length => Text.Length;
}

/// <summary>The answer that is being written.</summary>
/// <param name="Text">The part of the text that is in the journal.</param>
/// <param name="Resumptions">Number of restarts that interrupted the answer.</param>
/// <param name="RewrittenFrom">The lowest offset from which a restart has rewritten the text; null without one.</param>
public sealed record RunningAnswer(
    MessageId MessageId,
    MessageId QuestionId,
    ModelId ModelId,
    string Text,
    int Resumptions,
    int? RewrittenFrom
)
{
    /// <summary>Time of the question; null in snapshots of earlier releases.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>Time spent on the answer before its last resumption, as far as the journal shows.</summary>
    public TimeSpan Spent { get; init; }

    /// <summary>Time at which the work started or resumed; null in snapshots of earlier releases.</summary>
    public DateTimeOffset? WorkingFrom { get; init; }

    /// <summary>Time of the last event about this work in the journal.</summary>
    public DateTimeOffset? WorkingUntil { get; init; }

    /// <summary>
    /// The incarnation of the node on which the provider's stream goes on, as the session left it; null if the session has not moved since its
    /// last text.
    /// </summary>
    public string? StreamsFrom { get; init; }

    /// <summary>Time spent on the answer since its last resumption, as far as the journal shows.</summary>
    public TimeSpan Working => WorkingUntil - WorkingFrom is { Ticks: > 0 } time ? time : TimeSpan.Zero;
}

/// <summary>The content of a command's <c>ack</c>, kept as long as the command id is remembered.</summary>
public sealed record Acknowledgement(CommandId CommandId, long Seq, MessageId? MessageId, DateTimeOffset At)
{
    /// <summary>The admin who sent the command; null for the owner's commands.</summary>
    public UserId? AdminId { get; init; }
}

/// <summary>The numbers that lists show of a session, counted over all its events.</summary>
/// <param name="Name">Null until the first message.</param>
/// <param name="LastActivity">Time of the last message, choice of a model, regeneration or finished answer.</param>
/// <param name="MessageCount">Messages and finished answers, superseded ones included: the number of entries in the history.</param>
/// <param name="TotalTokens">Tokens of prompts and answers.</param>
/// <param name="TotalResponseTime">Sum over <paramref name="ResponseCount"/> answers, those with a known response time.</param>
public sealed record SessionTotals(
    string? Name,
    DateTimeOffset StartTime,
    DateTimeOffset LastActivity,
    int MessageCount,
    long TotalTokens,
    TimeSpan MaxResponseTime,
    TimeSpan TotalResponseTime,
    int ResponseCount
)
{
    /// <summary>The owner has asked for a person's help, here or in the replaced service.</summary>
    public bool HelpRequested { get; init; }

    /// <summary>A person has taken part in the conversation, here or in the replaced service.</summary>
    public bool AdminAssisted { get; init; }

    /// <summary>Name of the admin who took the session over last; null without one.</summary>
    public string? AssistingAdminName { get; init; }

    /// <summary>Number of takeovers.</summary>
    public int Takeovers { get; init; }

    /// <summary>Number of requests for help, each counted once until it is closed.</summary>
    public int HelpRequests { get; init; }

    /// <summary>Number of messages that are rated up, and 1 more if the session is.</summary>
    public int RatingsUp { get; init; }

    /// <summary>Number of messages that are rated down, and 1 more if the session is.</summary>
    public int RatingsDown { get; init; }
}

/// <summary>The whole state of a session at one place in its journal. It is stored, and never sent to another node.</summary>
/// <param name="ReplayableAfter">The state no longer holds the items up to this <c>seq</c>.</param>
public sealed record SessionSnapshot(
    SessionId SessionId,
    UserId? Owner,
    ModelId? ModelId,
    string? ProviderConversation,
    ImmutableList<SessionItem> Items,
    long ReplayableAfter,
    RunningAnswer? Running,
    ImmutableList<MessageId> Waiting,
    ImmutableList<Acknowledgement> Acknowledgements
) : IWithSessionId, IWireMessage
{
    /// <summary>Null before the session is opened, and in snapshots of earlier releases.</summary>
    public SessionTotals? Totals { get; init; }

    /// <summary>The index has everything up to this <c>seq</c>; 0 in snapshots of earlier releases.</summary>
    public long IndexedThrough { get; init; }

    /// <summary>Null in snapshots of earlier releases.</summary>
    public SessionLife? Life { get; init; }

    /// <summary>The latest epoch of the user that the session knows; 0 in snapshots of earlier releases.</summary>
    public long Epoch { get; init; }

    /// <summary>Null if nobody has asked or helped, and in snapshots of earlier releases.</summary>
    public SessionAssistance? Assistance { get; init; }

    /// <summary>The voice messages that are being transcribed, in the order of their requests.</summary>
    public ImmutableList<MessageId> Transcribing { get; init; } = [];

    /// <summary>The finished answers that are being spoken, in the order of their ends.</summary>
    public ImmutableList<MessageId> Speaking { get; init; } = [];
}

/// <summary>Says whether a session is active, and since when not.</summary>
/// <param name="LastActivity">Time of the last message, choice of a model, regeneration, stop, finished answer or reopening.</param>
/// <param name="EndedAt">Null while the session is active.</param>
public sealed record SessionLife(DateTimeOffset LastActivity, DateTimeOffset? EndedAt)
{
    /// <summary>The owner ended the session. Only opening it reopens it, never a command.</summary>
    public bool EndedOnPurpose { get; init; }
}
