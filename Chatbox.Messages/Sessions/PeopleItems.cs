using System.Collections.Immutable;

namespace Chatbox.Messages.Sessions;

/// <summary>A message of the admin who held the session.</summary>
/// <param name="SentAt">The client's time stamp, which people see.</param>
public sealed record AdminItem(
    long Seq,
    MessageId MessageId,
    UserId AdminId,
    string AdminName,
    string Content,
    ImmutableSortedDictionary<string, string> Metadata,
    DateTimeOffset SentAt,
    DateTimeOffset At
) : SessionItem(Seq, MessageId, At)
{
    /// <summary>The owner's rating; null without one.</summary>
    public Rating? Rating { get; init; }

    /// <summary>The files that the message carries; null for none.</summary>
    public MessageFiles? Files { get; init; }

    public override int Length => Content.Length + LengthOf(Metadata) + (Files?.Length ?? 0);
}

/// <summary>An admin took the session over.</summary>
public sealed record AdminJoinedItem(long Seq, MessageId MessageId, UserId AdminId, string AdminName, DateTimeOffset At)
    : SessionItem(Seq, MessageId, At)
{
    public override int Length => AdminName.Length;
}

/// <summary>The takeover ended.</summary>
public sealed record AdminLeftItem(long Seq, MessageId MessageId, UserId AdminId, string AdminName, ReleaseReason Reason, DateTimeOffset At)
    : SessionItem(Seq, MessageId, At)
{
    public override int Length => AdminName.Length;
}

/// <summary>An admin's note. Only admins ever see it: no frame to the owner, no export, share or prompt contains it.</summary>
public sealed record NoteItem(long Seq, MessageId MessageId, UserId AdminId, string AdminName, string Content, DateTimeOffset At)
    : SessionItem(Seq, MessageId, At)
{
    public override int Length => Content.Length;
}
