using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.HelpDesk.HelpDeskProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.State;

/// <summary>
/// A session in the memory of its node: the state that its journal tells, the answer that runs here, and its traces. Belongs to the
/// session's actor; viewers only read it.
/// </summary>
internal sealed class LoadedSession(SessionId id, SessionBounds bounds)
{
    public SessionId Id => id;

    public SessionState State { get; private set; } = new(id) { Bounds = bounds };

    /// <summary>The answer that runs on this node; null if none runs.</summary>
    public LiveAnswer? Answer { get; set; }

    /// <summary>
    /// The session is being handed over to another node. It takes no more of its answer, and asks no model: its next incarnation does.
    /// </summary>
    public bool IsLeaving { get; set; }

    /// <summary>The session's place in the help desk's queue, as the desk told this incarnation last; null if it is not known.</summary>
    public ShowQueuePlace? QueuePlace { get; set; }

    public SessionTraces Traces { get; } = new(id);

    /// <summary>Recovery starts at a snapshot.</summary>
    public void Restore(SessionSnapshot snapshot) => State = SessionState.From(snapshot) with { Bounds = bounds };

    /// <summary>Moves the state over the event at place <paramref name="seq"/> of the journal.</summary>
    public void Apply(ISessionEvent @event, long seq) => State = State.Apply(@event, seq);
}
