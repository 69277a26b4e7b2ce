using System.Collections.Immutable;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;

namespace Chatbox.Actors.Index;

/// <summary>A session's report to the index: its summary after an event, and the messages since its last update.</summary>
/// <param name="Seq">Place of the last event that this update covers.</param>
/// <param name="Messages">The new messages, in the order of the conversation.</param>
/// <param name="Superseded">Earlier answers that a regenerated answer has replaced.</param>
public sealed record SessionUpdate(
    long Seq,
    SessionSummary Summary,
    ImmutableArray<IndexedMessage> Messages,
    ImmutableArray<MessageId> Superseded
)
{
    /// <summary>The new ratings, in the order of the journal.</summary>
    public ImmutableArray<IndexedRating> Ratings { get; init; } = [];
}

/// <summary>A session without its messages, as every list shows it. Protocol section 6.</summary>
/// <param name="EndTime">Null while the session is active.</param>
/// <param name="MaxResponseTime">Longest time from a question to the first piece of its answer.</param>
/// <param name="TotalResponseTime">Sum of those times over <paramref name="ResponseCount"/> answers.</param>
public sealed record SessionSummary(
    SessionId SessionId,
    UserId UserId,
    string Name,
    ModelId ModelId,
    DateTimeOffset StartTime,
    DateTimeOffset? EndTime,
    DateTimeOffset LastActivity,
    int MessageCount,
    long TotalTokens,
    TimeSpan MaxResponseTime,
    TimeSpan TotalResponseTime,
    int ResponseCount
)
{
    public bool HelpRequested { get; init; }

    public bool AdminAssisted { get; init; }

    public string? AssistingAdminName { get; init; }

    /// <summary>Number of takeovers.</summary>
    public int Takeovers { get; init; }

    /// <summary>Number of requests for help, each counted once until it is closed.</summary>
    public int HelpRequests { get; init; }

    /// <summary>Number of messages that are rated up, and 1 more if the session is.</summary>
    public int RatingsUp { get; init; }

    /// <summary>Number of messages that are rated down, and 1 more if the session is.</summary>
    public int RatingsDown { get; init; }

    /// <summary>The token that lets anybody read the session; null if it is not shared. Only the index knows it: null in updates.</summary>
    public string? ShareToken { get; init; }

    /// <summary>When the share token expires; null for never. Only the index knows it: null in updates.</summary>
    public DateTimeOffset? ShareExpiresAt { get; init; }

    public bool IsActive => EndTime is null;
}

/// <summary>One message of a conversation, as history shows it.</summary>
/// <param name="Type">One of <see cref="Chatbox.Messages.Frames.ServerFrameType"/>.</param>
/// <param name="Sender"><c>user</c>, <c>ai</c>, <c>admin</c> or <c>system</c>.</param>
/// <param name="Metadata">The client's metadata. An answer has <c>finish_reason</c>, <c>prompt_tokens</c>, <c>completion_tokens</c>, <c>model_id</c>, and <c>usage_estimated</c> if the provider reported no token counts.</param>
/// <param name="Tokens">Tokens of prompt and completion together; 0 for a person's message.</param>
/// <param name="ResponseTime">Time from the question to the first piece of its answer; null for a person's message.</param>
public sealed record IndexedMessage(
    long Seq,
    MessageId MessageId,
    string Type,
    string Sender,
    string Content,
    ImmutableSortedDictionary<string, string> Metadata,
    DateTimeOffset Timestamp,
    long Tokens,
    TimeSpan? ResponseTime
)
{
    /// <summary>Length of text, metadata and file reference, in UTF-16 code units.</summary>
    public int Length =>
        Content.Length + SessionItem.LengthOf(Metadata) + (FileId?.Length ?? 0) + (FileUrl?.Length ?? 0) + (Files?.Length ?? 0);

    /// <summary>The files that the message carries; null for none. Imported messages name theirs in <see cref="FileId"/>.</summary>
    public MessageFiles? Files { get; init; }

    public string? FileId { get; init; }

    public string? FileUrl { get; init; }

    /// <summary>The model whose answer this is, if the answer failed; otherwise null.</summary>
    public ModelId? FailedModel { get; init; }

    /// <summary>Whether a regenerated answer has replaced this one.</summary>
    public bool Superseded { get; init; }

    /// <summary>Whether this is an admin's private note, which only admins may read.</summary>
    public bool IsNote => Type == ServerFrameType.Note;
}
