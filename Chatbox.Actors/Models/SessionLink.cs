using Akka.Actor;

namespace Chatbox.Actors.Models;

/// <summary>
/// Where an answer reports to: its session, or the relay to its session once that has moved to another node. Several threads report. Safe for
/// all of them: what was sent before the change arrives before the last message to the session.
/// </summary>
internal sealed class SessionLink(IActorRef session)
{
    private readonly Lock _gate = new();
    private IActorRef _session = session;

    /// <summary>The receiver.</summary>
    public IActorRef Session
    {
        get
        {
            lock (_gate)
                return _session;
        }
    }

    public void Tell(object message, IActorRef sender)
    {
        lock (_gate)
            _session.Tell(message, sender);
    }

    /// <summary>Changes the receiver.</summary>
    /// <param name="last">The last message to the present receiver.</param>
    public void Redirect(IActorRef next, object last, IActorRef sender)
    {
        lock (_gate)
        {
            _session.Tell(last, sender);
            _session = next;
        }
    }
}
