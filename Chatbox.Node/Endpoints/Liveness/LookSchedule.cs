namespace Chatbox.Node.Endpoints.Liveness;

/// <summary>
/// The watched sockets by the time of their next look. Most looks at a silent socket would find nothing to do: to touch ten thousand sockets
/// each second took 15% of their node's CPU.
/// </summary>
/// <param name="interval">The time between two looks.</param>
internal sealed class LookSchedule(TimeSpan interval)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, LinkedList<SocketTransport>> _looks = [];
    private long _taken = -1;

    /// <summary>Adds a socket, which the first look after <paramref name="due"/> returns, or the next look if that time is over. A closed one is left out.</summary>
    public void Add(SocketTransport socket, TimeSpan due)
    {
        lock (_gate)
        {
            // A socket is closed before it is removed, so it cannot come back behind its removal.
            if (socket.IsClosed)
                return;
            var look = Math.Max(due.Ticks / interval.Ticks, _taken + 1);
            if (!_looks.TryGetValue(look, out var sockets))
                _looks[look] = sockets = [];
            sockets.AddLast(socket.Place);
        }
    }

    public void Remove(SocketTransport socket)
    {
        lock (_gate)
            socket.Place.List?.Remove(socket.Place);
    }

    /// <summary>Returns the sockets of which some may be due, and forgets them. Each call is a look.</summary>
    public IReadOnlyList<SocketTransport> Take(TimeSpan now)
    {
        lock (_gate)
        {
            var taken = new List<SocketTransport>();
            for (var last = Math.Max(now.Ticks / interval.Ticks, _taken + 1); _taken < last; )
            {
                if (!_looks.Remove(++_taken, out var sockets))
                    continue;
                taken.AddRange(sockets);
                sockets.Clear(); // the places are free for the next look
            }

            return taken;
        }
    }
}
