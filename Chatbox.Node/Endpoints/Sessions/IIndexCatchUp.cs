using Chatbox.Messages;

namespace Chatbox.Node.Endpoints.Sessions;

/// <summary>
/// Waits until the index has what sessions have shown: what a person sees on a screen, the lists and histories have too. Bounded, and wakes
/// no session: one that sleeps has told the index everything.
/// </summary>
internal interface IIndexCatchUp
{
    /// <summary>For all that a session has shown by now.</summary>
    Task Wait(SessionId session, CancellationToken cancellationToken);

    /// <summary>For all that the user's sessions have shown by now.</summary>
    Task Wait(UserId user, CancellationToken cancellationToken);
}
