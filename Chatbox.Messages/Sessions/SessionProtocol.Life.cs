namespace Chatbox.Messages.Sessions;

/// <summary>How a session ends, is reopened and is erased.</summary>
public static partial class SessionProtocol
{
    /// <summary>Ends the session: its running answer is stopped, and the next message to it starts another session. Idempotent.</summary>
    public sealed record EndSession(SessionId SessionId, CommandId CommandId, UserId UserId) : ISessionCommand;

    /// <summary>
    /// Removes the session for good, journal and index included. <see cref="CommandAccepted"/> comes once nothing of it is left. Sent
    /// again under the same id it gets the same reply; under another one the session does not exist.
    /// </summary>
    /// <param name="ByAdmin">The caller has checked that the user may erase other people's sessions.</param>
    public sealed record EraseSession(SessionId SessionId, CommandId CommandId, UserId UserId, bool ByAdmin) : ISessionCommand;

    /// <summary>Ends the session if it has rested for its time to live, by its own journal. No reply.</summary>
    public sealed record EndIfIdle(SessionId SessionId) : IWithSessionId, IWireMessage;

    /// <summary>
    /// A client of this user comes to this very session: one that has ended not long ago goes on. The reply is <see cref="Ownership"/>.
    /// Sent again, it changes nothing.
    /// </summary>
    public sealed record ReopenSession(SessionId SessionId, UserId UserId) : IViewerMessage;

    /// <summary>The session is no more: its viewers look elsewhere.</summary>
    public sealed record ViewerDismissed(SessionId SessionId) : ISessionReply;

    /// <summary>The session has ended.</summary>
    /// <param name="CommandId">The command that ended it; null if it was idle.</param>
    public sealed record SessionEnded(SessionId SessionId, CommandId? CommandId, DateTimeOffset At) : ISessionEvent;

    /// <summary>The session goes on after its end.</summary>
    public sealed record SessionReopened(SessionId SessionId, DateTimeOffset At) : ISessionEvent;

    /// <summary>Everything before is to be deleted, and nothing ever follows. Keeps the id from becoming a session again.</summary>
    /// <param name="CommandId">The command that erased it.</param>
    public sealed record SessionErased(SessionId SessionId, CommandId CommandId, DateTimeOffset At) : ISessionEvent;
}
