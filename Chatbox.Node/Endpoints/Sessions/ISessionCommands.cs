using Chatbox.Messages;

namespace Chatbox.Node.Endpoints.Sessions;

/// <summary>What REST asks of sessions themselves. Each call is one command, however often it has to be repeated until it is answered.</summary>
internal interface ISessionCommands
{
    /// <summary>Ends the session; one that has ended stays so.</summary>
    Task<CommandOutcome> End(SessionId session, UserId user, CancellationToken cancellationToken);

    /// <summary>Erases the session, everywhere and for good.</summary>
    /// <param name="asAdmin">The session need not be the user's.</param>
    Task<CommandOutcome> Erase(SessionId session, UserId user, bool asAdmin, CancellationToken cancellationToken);
}

/// <summary>What became of a command.</summary>
internal enum CommandOutcome
{
    /// <summary>It is durable.</summary>
    Done,

    /// <summary>There is no such session, or it is somebody else's.</summary>
    NotFound,

    /// <summary>No reply came in time: it may have taken effect or not.</summary>
    Unanswered,
}
