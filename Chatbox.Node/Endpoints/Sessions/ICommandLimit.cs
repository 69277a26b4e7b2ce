using Chatbox.Messages;

namespace Chatbox.Node.Endpoints.Sessions;

/// <summary>The limit of commands per user and minute, over sockets and REST together.</summary>
internal interface ICommandLimit
{
    /// <summary>Counts a command, or refuses it.</summary>
    Task<CommandAllowance> Count(UserId user, CancellationToken cancellationToken);
}

/// <summary>The decision of the limit about a command.</summary>
/// <param name="RetryAfter">Time until the next command is accepted; null if this command is accepted.</param>
/// <param name="Unanswered">Whether the actor of the user did not reply in time.</param>
internal readonly record struct CommandAllowance(TimeSpan? RetryAfter, bool Unanswered = false);
