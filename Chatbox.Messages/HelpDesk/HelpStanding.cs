namespace Chatbox.Messages.HelpDesk;

/// <summary>
/// How a session stands to the help desk. It is in the queue if <see cref="Incident"/> is set and <see cref="HolderId"/> is not.
/// </summary>
/// <param name="Incident">
/// The number of the open request, unique within the session and the same for the whole life of the request; null if none is open.
/// </param>
/// <param name="RequestedAt">Since when the owner wants help: decides the place in the queue. Null without a request.</param>
/// <param name="QueuedAt">When the request came to the queue for the last time; null without a request.</param>
/// <param name="FirstReplyAt">Time of the first message of an admin since the request; null before it.</param>
/// <param name="HolderId">The admin who holds the session; null if nobody does.</param>
/// <param name="HolderName">The holder's name. Not for the desk's journal, which holds only ids.</param>
/// <param name="TakenAt">Time of the takeover; null without one.</param>
/// <param name="WaitingSince">Since when the owner waits for a word of the holder; null if the owner does not, or nobody holds it.</param>
public sealed record HelpStanding(
    long? Incident,
    DateTimeOffset? RequestedAt,
    DateTimeOffset? QueuedAt,
    DateTimeOffset? FirstReplyAt,
    UserId? HolderId,
    string? HolderName,
    DateTimeOffset? TakenAt,
    DateTimeOffset? WaitingSince
)
{
    /// <summary>Whether the desk may forget the session: no request is open, and nobody holds it.</summary>
    public bool IsClosed() => Incident is null && HolderId is null;
}
