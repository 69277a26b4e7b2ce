namespace Chatbox.Messages.Sessions;

/// <summary>How people help in a session: who asked, who holds it, who waits. Part of the snapshot.</summary>
/// <param name="Help">The owner's open request; null without one.</param>
/// <param name="Holder">The admin who holds the session; null while models answer.</param>
/// <param name="Offer">The holder's latest offer to another admin; null without one. It may have expired.</param>
public sealed record SessionAssistance(HelpRequest? Help, SessionHolder? Holder, TransferOffer? Offer)
{
    /// <summary>Nobody has asked or helped.</summary>
    public static SessionAssistance None { get; } = new(null, null, null);

    /// <summary>Since when the owner waits for a word of the holder; null if the owner does not wait, or nobody holds the session.</summary>
    public DateTimeOffset? WaitingSince { get; init; }

    /// <summary>The owner's devices have shown every item up to this <c>seq</c>.</summary>
    public long SeenByOwner { get; init; }

    /// <summary>The admins' devices have shown every item up to this <c>seq</c>.</summary>
    public long SeenByAdmin { get; init; }

    /// <summary>The owner's rating of the whole session; null without one.</summary>
    public Rating? Rating { get; init; }

    /// <summary>Place of the last event that the help desk must know of; 0 without one.</summary>
    public long ChangedAt { get; init; }
}

/// <summary>An open request for a person's help.</summary>
/// <param name="Incident">The place of the event that opened the request: the same for the whole life of the request.</param>
/// <param name="RequestedAt">Since when the owner wants help.</param>
/// <param name="QueuedAt">When the request came to the queue for the last time: it returns if a holder leaves without an answer.</param>
public sealed record HelpRequest(long Incident, DateTimeOffset RequestedAt, DateTimeOffset QueuedAt)
{
    /// <summary>Time of the first message of an admin; null before it.</summary>
    public DateTimeOffset? FirstReplyAt { get; init; }
}

/// <summary>The admin who holds a session.</summary>
/// <param name="Seq">The place of the takeover. No piece of an answer comes after it.</param>
public sealed record SessionHolder(UserId AdminId, string Name, long Seq, DateTimeOffset TakenAt)
{
    /// <summary>The holder has written at least one message.</summary>
    public bool HasWritten { get; init; }

    /// <summary>Since when no socket of the holder is there; null while one is.</summary>
    public DateTimeOffset? AwaySince { get; init; }
}

/// <summary>The holder offers the session to another admin.</summary>
public sealed record TransferOffer(UserId To, DateTimeOffset At);

/// <summary>The two sides of a conversation between people. The numbers are journaled and never change.</summary>
public enum ConversationSide
{
    /// <summary>The owner's devices.</summary>
    Owner = 1,

    /// <summary>The admins' devices.</summary>
    Admin = 2,
}

/// <summary>An owner's rating. The numbers are journaled and never change.</summary>
public enum Rating
{
    Up = 1,
    Down = 2,
}

/// <summary>The reason why a takeover ended. The numbers are journaled and never change.</summary>
public enum ReleaseReason
{
    /// <summary>The holder left, or an operator ended the takeover.</summary>
    Left = 1,

    /// <summary>Another admin accepted the holder's offer.</summary>
    Transferred = 2,

    /// <summary>No socket of the holder was there for <c>ADMIN_GONE_AFTER</c>.</summary>
    Gone = 3,

    /// <summary>The owner waited for a word of the holder for <c>HELP_REPLY_WITHIN</c>.</summary>
    Silent = 4,

    /// <summary>The session ended.</summary>
    Ended = 5,
}
