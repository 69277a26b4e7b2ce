using Akka.Actor;
using Chatbox.Actors.Sessions.Viewers;

namespace Chatbox.Actors.Connections.Binding;

/// <summary>
/// Watches the incarnation of the session that a socket's actor is attached to, so that the socket attaches to the next incarnation. While
/// the session rests (<see cref="RestingViewers"/>), watches the shard that wakes the session in its place.
/// </summary>
/// <param name="context">The connection's.</param>
/// <param name="pause">Least time between two attachments to a session that stops each time.</param>
internal sealed class SessionWatch(IActorContext context, TimeProvider clock, TimeSpan pause)
{
    private IActorRef _watched = ActorRefs.Nobody;
    private bool _isResting;
    private long _attachedAt;
    private bool _hasJustStopped;

    /// <summary>Whether the session has confirmed that the socket is attached, and has not been lost since.</summary>
    public bool IsWatching => !_watched.IsNobody();

    /// <summary>The socket is told to attach.</summary>
    public void Attaching() => _attachedAt = clock.GetTimestamp();

    /// <summary>A session has confirmed that the socket is attached.</summary>
    public void Attached(IActorRef session)
    {
        if (_watched.Equals(session))
            return;
        LookAway();
        _watched = context.Watch(session);
    }

    /// <summary>The socket attaches to another session.</summary>
    public void LookAway()
    {
        context.Unwatch(_watched);
        (_watched, _isResting) = (ActorRefs.Nobody, false);
    }

    /// <summary>An actor has stopped; true if the session may have stopped with it.</summary>
    /// <param name="shardOfResting">The shard that wakes the session, if the incarnation has stopped in order to rest; null otherwise.</param>
    public bool IsLost(IActorRef stopped, Func<IActorRef?> shardOfResting)
    {
        if (!_watched.Equals(stopped))
            return false;
        var shard = _isResting ? null : shardOfResting();
        _isResting = shard is not null;
        _watched = shard is null ? ActorRefs.Nobody : context.Watch(shard);
        return !_isResting;
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
