namespace Chatbox.Messages.HelpDesk;

/// <summary>The messages between sessions and the help desk.</summary>
public static class HelpDeskProtocol
{
    /// <summary>
    /// Tells the help desk how a session stands now, in absolute values. The session repeats it, always with its newest standing, until the
    /// desk replies <see cref="HelpReported"/> with the same <paramref name="Seq"/>, and sends it once more after each restart. The desk
    /// ignores a report with a lower <paramref name="Seq"/> than it knows, and confirms it nevertheless.
    /// </summary>
    /// <param name="Seq">The place of the session's last event that the desk must know of.</param>
    /// <param name="Owner">The person; <see cref="ErasedOwner"/> for a session that has been erased.</param>
    public sealed record ReportHelp(SessionId SessionId, long Seq, UserId Owner, HelpStanding Standing) : IWithSessionId, IWireMessage
    {
        /// <summary>Nobody: an erased session does not know its owner. The id is empty, because messages and journals have no null.</summary>
        public static UserId ErasedOwner { get; } = new("");
    }

    /// <summary>Confirms a <see cref="ReportHelp"/>; to its sender.</summary>
    public sealed record HelpReported(SessionId SessionId, long Seq) : IWithSessionId, IWireMessage;

    /// <summary>
    /// Tells a session its place in the queue. The session shows it to its owner, now and whenever a socket of the owner attaches.
    /// </summary>
    /// <param name="Place">The place in the queue, from 1 on.</param>
    /// <param name="Waiting">Number of sessions in the queue.</param>
    /// <param name="Notice">A further sentence for the owner, for example that nobody is there now; null without one.</param>
    public sealed record ShowQueuePlace(SessionId SessionId, int Place, int Waiting, string? Notice) : IWithSessionId, IWireMessage;
}
