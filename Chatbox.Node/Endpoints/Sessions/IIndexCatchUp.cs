using Chatbox.Messages;

namespace Chatbox.Node.Endpoints.Sessions;

/// <summary>
/// Waits until the index contains everything that sessions have shown, so that lists and histories contain what people see on their screens.
/// The wait is bounded and wakes no passivated session, because those have sent everything to the index.
/// </summary>
internal interface IIndexCatchUp
{
    /// <summary>Waits for everything that a session has shown so far.</summary>
    Task Wait(SessionId session, CancellationToken cancellationToken);

    /// <summary>Waits for everything that the sessions of a user have shown so far.</summary>
    Task Wait(UserId user, CancellationToken cancellationToken);
}
