using Chatbox.Messages;

namespace Chatbox.Node.Endpoints.Sessions;

/// <summary>
/// Commands of REST to sessions. Each call is one command with one id, even if it has to be repeated until the session replies.
/// </summary>
internal interface ISessionCommands
{
    /// <summary>Ends the session; has no effect on an ended session.</summary>
    Task<CommandOutcome> End(SessionId session, UserId user, CancellationToken cancellationToken);

    /// <summary>Gives the session another name, and tells all sockets of its owner.</summary>
    Task<CommandOutcome> Rename(SessionId session, UserId user, string name, CancellationToken cancellationToken);

    /// <summary>Erases the session and all its data permanently.</summary>
    /// <param name="asAdmin">Whether the session may belong to another user.</param>
    Task<CommandOutcome> Erase(SessionId session, UserId user, bool asAdmin, CancellationToken cancellationToken);
}

/// <summary>The outcome of a command.</summary>
internal enum CommandOutcome
{
    /// <summary>The effect is stored.</summary>
    Done,

    /// <summary>The session does not exist, or belongs to another user.</summary>
    NotFound,

    /// <summary>No reply arrived in time: the command may have taken effect or not.</summary>
    Unanswered,
}
