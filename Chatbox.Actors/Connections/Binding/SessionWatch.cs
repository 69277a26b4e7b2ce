using Akka.Actor;

namespace Chatbox.Actors.Connections.Binding;

/// <summary>
/// Watches the incarnation of the session that a socket's actor is attached to, so that the socket attaches to the next incarnation.
/// </summary>
/// <param name="context">The connection's.</param>
/// <param name="pause">Least time between two attachments to a session that stops each time.</param>
internal sealed class SessionWatch(IActorContext context, TimeProvider clock, TimeSpan pause)
{
    private long _attachedAt;
    private bool _hasJustStopped;

    /// <summary>The incarnation; nobody until the session has confirmed that the socket is attached.</summary>
    public IActorRef Session { get; private set; } = ActorRefs.Nobody;

    /// <summary>The socket is told to attach.</summary>
    public void Attaching() => _attachedAt = clock.GetTimestamp();

    /// <summary>A session has confirmed that the socket is attached.</summary>
    public void Attached(IActorRef session)
    {
        if (Session.Equals(session))
            return;
        context.Unwatch(Session);
        Session = context.Watch(session);
    }

    /// <summary>The socket attaches to another session.</summary>
    public void LookAway()
    {
        context.Unwatch(Session);
        Session = ActorRefs.Nobody;
    }

    /// <summary>An actor has stopped; true if it is the incarnation.</summary>
    public bool IsLost(IActorRef stopped)
    {
        if (!Session.Equals(stopped))
            return false;
        Session = ActorRefs.Nobody;
        return true;
    }

    /// <summary>
    /// Whether to pause before attaching again: the session has stopped twice, each time soon after the socket attached. Once is ordinary,
    /// since the session may have been about to leave memory; a session that fails whenever somebody looks at it must not be started as
    /// fast as it fails.
    /// </summary>
    public bool NeedsPause()
    {
        var soon = clock.GetElapsedTime(_attachedAt) < pause;
        var needsPause = soon && _hasJustStopped;
        _hasJustStopped = soon;
        return needsPause;
    }
}
