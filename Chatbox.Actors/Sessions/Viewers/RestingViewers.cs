using Akka.Actor;
using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Viewers;

/// <summary>
/// The viewers that stay while their session rests, which is to leave memory although somebody looks at it. The next incarnation of the
/// session on this node goes on with them, so nothing that happens in the session passes them by. Only viewers of this node rest: they
/// and their session then share one process, and what tells them that the session wakes cannot be lost on the way.
/// </summary>
/// <remarks>Safe for use by several threads: sessions, sockets and connections each have their own.</remarks>
public sealed class RestingViewers
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SessionId, Entry> _sessions = [];

    /// <summary>A viewer that stays.</summary>
    /// <param name="At">Its attachment, with the place that its client has reached meanwhile.</param>
    /// <param name="UnderWay">Bytes that were sent to it, and that its socket has not reported as taken.</param>
    internal sealed record Viewer(IActorRef Ref, AttachViewer At, int UnderWay);

    /// <summary>
    /// Tells a viewer that stayed: the sender is the next incarnation of its session, and sends what follows. Never leaves the node.
    /// </summary>
    internal sealed record ViewerResumed(SessionId SessionId, int Attachment) : ISessionReply, INoSerializationVerificationNeeded;

    private readonly record struct Entry(IActorRef Shard, IReadOnlyList<Viewer> Viewers);

    /// <summary>A session rests. Comes before the session stops.</summary>
    /// <param name="shard">Wakes the session on this node. When it stops, the session may wake on another node: each viewer must attach again.</param>
    internal void Rest(SessionId session, IActorRef shard, IReadOnlyList<Viewer> viewers)
    {
        lock (_lock)
            _sessions[session] = new Entry(shard, viewers);
    }

    /// <summary>A session wakes: returns its viewers, who rest no longer.</summary>
    internal IReadOnlyList<Viewer> Wake(SessionId session)
    {
        lock (_lock)
            return _sessions.Remove(session, out var entry) ? entry.Viewers : [];
    }

    /// <summary>A viewer looks at its session no longer, or attaches to it again.</summary>
    internal void Leave(SessionId session, IActorRef viewer)
    {
        lock (_lock)
        {
            if (!_sessions.TryGetValue(session, out var entry))
                return;
            Viewer[] left = [.. entry.Viewers.Where(stays => !stays.Ref.Equals(viewer))];
            if (left.Length == 0)
                _sessions.Remove(session);
            else
                _sessions[session] = entry with { Viewers = left };
        }
    }

    /// <summary>The shard of the session in which this viewer rests; null if the viewer does not rest there.</summary>
    internal IActorRef? ShardOf(SessionId session, IActorRef viewer)
    {
        lock (_lock)
            return _sessions.TryGetValue(session, out var entry) && entry.Viewers.Any(stays => stays.Ref.Equals(viewer))
                ? entry.Shard
                : null;
    }
}
