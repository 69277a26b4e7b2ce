using Chatbox.Messages;

namespace Chatbox.Node.Endpoints.Sessions;

/// <summary>The limit of commands that one user may give in a minute, over sockets and REST together.</summary>
internal interface ICommandLimit
{
    /// <summary>Counts a command, or says that the user gives too many.</summary>
    Task<CommandAllowance> Count(UserId user, CancellationToken cancellationToken);
}

/// <summary>The limit's word on a command.</summary>
/// <param name="RetryAfter">When the next command may come; null if this one may go on.</param>
/// <param name="Unanswered">The user's count could not be had in time.</param>
internal readonly record struct CommandAllowance(TimeSpan? RetryAfter, bool Unanswered = false);
