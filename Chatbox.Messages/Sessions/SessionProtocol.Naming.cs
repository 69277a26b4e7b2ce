namespace Chatbox.Messages.Sessions;

/// <summary>The command that gives a session another name, and its event.</summary>
public static partial class SessionProtocol
{
    /// <summary>Gives the session a name in place of the one that was made from its first message. Accepted also after the session has ended.</summary>
    /// <param name="Name">One line of visible text.</param>
    public sealed record RenameSession(SessionId SessionId, CommandId CommandId, UserId UserId, string Name) : IIdentifiedCommand;

    /// <summary>The owner gave the session a name. It is no activity: the session's place in lists stays.</summary>
    public sealed record SessionRenamed(SessionId SessionId, CommandId CommandId, string Name, DateTimeOffset At) : ISessionEvent;
}
