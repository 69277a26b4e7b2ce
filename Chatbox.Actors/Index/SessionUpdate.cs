using System.Collections.Immutable;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;

namespace Chatbox.Actors.Index;

/// <summary>What a session tells the index: how it stands after an event, and the messages that are new since its last update.</summary>
/// <param name="Seq">Place of the last event that this update covers.</param>
/// <param name="Messages">In order of their place.</param>
/// <param name="Superseded">Earlier answers that another one has taken the place of.</param>
public sealed record SessionUpdate(
    long Seq,
    SessionSummary Summary,
    ImmutableArray<IndexedMessage> Messages,
    ImmutableArray<MessageId> Superseded
);

/// <summary>A session without its messages, as every list shows it. Protocol section 6.</summary>
/// <param name="EndTime">Null while it is active.</param>
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

    /// <summary>Kept by the index alone: null in updates.</summary>
    public string? ShareToken { get; init; }

    /// <summary>When the share token stops leading anywhere; null for never. Kept by the index alone.</summary>
    public DateTimeOffset? ShareExpiresAt { get; init; }

    public bool IsActive => EndTime is null;
}

/// <summary>One message of a conversation, as history shows it.</summary>
/// <param name="Type"><c>user_message</c> or <c>ai_response</c>.</param>
/// <param name="Sender"><c>user</c>, <c>ai</c> or <c>admin</c>.</param>
/// <param name="Metadata">The client's own, and of an answer: <c>finish_reason</c>, <c>prompt_tokens</c>, <c>completion_tokens</c>, <c>model_id</c>, and <c>usage_estimated</c> if the numbers are ours.</param>
/// <param name="Tokens">What it cost, prompt and completion; 0 for a person's message.</param>
/// <param name="ResponseTime">Of an answer: from the question to its first piece.</param>
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
    /// <summary>Length of all that was put into it, text and metadata, in UTF-16 code units.</summary>
    public int Length => Content.Length + SessionItem.LengthOf(Metadata) + (FileId?.Length ?? 0) + (FileUrl?.Length ?? 0);

    public string? FileId { get; init; }

    public string? FileUrl { get; init; }

    /// <summary>Another answer has taken its place.</summary>
    public bool Superseded { get; init; }
}
