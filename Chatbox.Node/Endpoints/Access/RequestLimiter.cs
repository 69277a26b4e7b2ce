namespace Chatbox.Node.Endpoints.Access;

/// <summary>
/// Counts the requests of each caller in a sliding window. Every <see cref="RequestLimitOptions.CleanupInterval"/> it forgets callers without
/// requests in the last window. It never counts more than <see cref="RequestLimitOptions.MaxCallers"/> callers: a new caller replaces the
/// caller with the fewest requests. A caller over the limit can be pushed out only once <see cref="RequestLimitOptions.MaxCallers"/> others
/// are over it too.
/// </summary>
internal sealed class RequestLimiter : IDisposable
{
    private readonly Dictionary<string, CallerWindow> _callers = new(StringComparer.Ordinal);

    /// <summary>Callers by number of requests, then by time of the last request.</summary>
    private readonly SortedSet<CallerWindow> _leastFirst = new(
        Comparer<CallerWindow>.Create((a, b) => (a.Total, a.Order).CompareTo((b.Total, b.Order)))
    );

    private readonly RequestLimit _limit;
    private readonly int _most;
    private readonly TimeProvider _clock;
    private readonly ITimer _cleanup;
    private readonly TimeSpan _segment;
    private readonly long _origin;
    private long _requests;
    private long _leastFirstAt;

    public RequestLimiter(RequestLimit limit, RequestLimitOptions options, TimeProvider clock)
    {
        (_limit, _most, _clock) = (limit, options.MaxCallers, clock);
        (_segment, _origin) = (limit.Window / CallerWindow.Segments, clock.GetTimestamp());
        _cleanup = clock.CreateTimer(_ => ForgetIdle(), null, options.CleanupInterval, options.CleanupInterval);
    }

    /// <summary>Number of counted callers.</summary>
    internal int Count
    {
        get
        {
            lock (_callers)
                return _callers.Count;
        }
    }

    /// <summary>Counts a request. Null accepts it; otherwise the result is the time after which a retry can succeed.</summary>
    public TimeSpan? Refuse(string name)
    {
        // One lock: no caller may be forgotten while it is counted. The code inside does not block.
        lock (_callers)
        {
            var elapsed = _clock.GetElapsedTime(_origin);
            var now = elapsed.Ticks / _segment.Ticks;
            var caller = Find(name, now);
            caller.AdvanceTo(now);
            (caller.LastSeen, caller.Order) = (_clock.GetTimestamp(), ++_requests);
            TimeSpan? wait = caller.Total < _limit.Requests ? null : (_segment * caller.FreesAt) - elapsed;
            if (wait is null)
                caller.CountOne();
            _leastFirst.Add(caller);
            return wait;
        }
    }

    public void Dispose() => _cleanup.Dispose();

    /// <summary>Finds or adds a caller, and removes it from the sorted set, because its count is about to change.</summary>
    private CallerWindow Find(string name, long now)
    {
        if (_callers.TryGetValue(name, out var known))
        {
            _leastFirst.Remove(known);
            return known;
        }

        if (_callers.Count >= _most)
            MakeRoom(now);
        return _callers[name] = new CallerWindow(name, now);
    }

    private void MakeRoom(long now)
    {
        // Requests that left the window must not protect a caller. Updating all callers once per segment is enough.
        if (_leastFirstAt != now)
        {
            _leastFirstAt = now;
            foreach (var caller in _callers.Values.ToArray())
            {
                _leastFirst.Remove(caller);
                caller.AdvanceTo(now);
                if (caller.Total == 0)
                    _callers.Remove(caller.Name);
                else
                    _leastFirst.Add(caller);
            }
        }

        if (_callers.Count >= _most)
            Forget(_leastFirst.Min!);
    }

    private void ForgetIdle()
    {
        lock (_callers)
        {
            foreach (var caller in _callers.Values.Where(c => _clock.GetElapsedTime(c.LastSeen) >= _limit.Window).ToArray())
                Forget(caller);
        }
    }

    private void Forget(CallerWindow caller)
    {
        _leastFirst.Remove(caller);
        _callers.Remove(caller.Name);
    }
}
