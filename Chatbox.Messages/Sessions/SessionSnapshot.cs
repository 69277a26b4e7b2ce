using System.Collections.Immutable;

namespace Chatbox.Messages.Sessions;

/// <summary>A finished part of a conversation, at its place in the session's event log.</summary>
/// <param name="Seq">The place: strictly increasing, not without gaps.</param>
public abstract record SessionItem(long Seq, MessageId MessageId, DateTimeOffset At)
{
    /// <summary>Length of all that was put into it, text and metadata, in UTF-16 code units.</summary>
    public abstract int Length { get; }

    /// <summary>Length of metadata, keys and values.</summary>
    public static int LengthOf(ImmutableSortedDictionary<string, string> metadata) =>
        metadata.Count == 0 ? 0 : metadata.Sum(m => m.Key.Length + m.Value.Length);
}

/// <summary>What a person said.</summary>
/// <param name="AnswerId">The answer it gets, or has got.</param>
/// <param name="SentAt">The client's time stamp, shown to people.</param>
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
    public override int Length => Content.Length + LengthOf(Metadata);
}

/// <summary>A finished answer.</summary>
/// <param name="QuestionId">The message it answers.</param>
/// <param name="RewrittenFrom">From here on its text was written anew after a crash: what was seen before then may differ.</param>
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
    /// <summary>Another answer to the same message has taken its place.</summary>
    public bool Superseded { get; init; }

    /// <summary>From the question to the first piece, if it is known.</summary>
    public TimeSpan? ResponseTime { get; init; }

    public override int Length => Text.Length;
}

/// <summary>The answer that is being written.</summary>
/// <param name="Text">What of it is in the journal.</param>
/// <param name="Resumptions">How often a restart has interrupted it.</param>
/// <param name="RewrittenFrom">The lowest place from which a restart has had it written anew.</param>
public sealed record RunningAnswer(
    MessageId MessageId,
    MessageId QuestionId,
    ModelId ModelId,
    string Text,
    int Resumptions,
    int? RewrittenFrom
)
{
    /// <summary>When it was asked for; null in snapshots of earlier releases.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>Time that went into it before its last resumption, as far as the journal knows.</summary>
    public TimeSpan Spent { get; init; }

    /// <summary>When work on it began, or began again; null in snapshots of earlier releases.</summary>
    public DateTimeOffset? WorkingFrom { get; init; }

    /// <summary>The last sign of that work in the journal.</summary>
    public DateTimeOffset? WorkingUntil { get; init; }

    /// <summary>Time that has gone into it since its last resumption, as far as the journal knows.</summary>
    public TimeSpan Working => WorkingUntil - WorkingFrom is { Ticks: > 0 } time ? time : TimeSpan.Zero;
}

/// <summary>What a command brought about: its <c>ack</c>, for as long as the id is remembered.</summary>
public sealed record Acknowledgement(CommandId CommandId, long Seq, MessageId? MessageId, DateTimeOffset At);

/// <summary>What lists show of a session, counted over all of its events.</summary>
/// <param name="Name">Null until the first message.</param>
/// <param name="LastActivity">When somebody last wrote, chose a model or was answered.</param>
/// <param name="MessageCount">Messages and finished answers, superseded ones too: as many as history shows.</param>
/// <param name="TotalTokens">Of prompts and answers.</param>
/// <param name="TotalResponseTime">Over <paramref name="ResponseCount"/> answers: those whose response time is known.</param>
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
    /// <summary>Its owner asked for a person, in the replaced service.</summary>
    public bool HelpRequested { get; init; }

    /// <summary>A person took part, in the replaced service.</summary>
    public bool AdminAssisted { get; init; }
}

/// <summary>All that a session is, at one place in its event log. Protocol of the journal, not of the cluster.</summary>
/// <param name="ReplayableAfter">Items at and below this place have left the state.</param>
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

    /// <summary>The index has everything up to this place; 0 in snapshots of earlier releases.</summary>
    public long IndexedThrough { get; init; }

    /// <summary>Null in snapshots of earlier releases.</summary>
    public SessionLife? Life { get; init; }

    /// <summary>The user's latest epoch that the session has heard of; 0 in snapshots of earlier releases.</summary>
    public long Epoch { get; init; }
}

/// <summary>Whether a session goes on.</summary>
/// <param name="LastActivity">When somebody last wrote, chose, was answered or came back after its end.</param>
/// <param name="EndedAt">Null while it is active.</param>
public sealed record SessionLife(DateTimeOffset LastActivity, DateTimeOffset? EndedAt)
{
    /// <summary>Its owner has ended it.</summary>
    public bool EndedOnPurpose { get; init; }
}
