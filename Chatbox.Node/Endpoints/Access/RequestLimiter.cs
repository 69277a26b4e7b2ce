using System.Threading.RateLimiting;

namespace Chatbox.Node.Endpoints.Access;

/// <summary>
/// Counts the requests of each caller over a sliding window. Callers without requests in the last window are forgotten every
/// <see cref="RequestLimitOptions.CleanupInterval"/>, and there are never more than <see cref="RequestLimitOptions.MaxCallers"/>.
/// </summary>
internal sealed class RequestLimiter : IDisposable
{
    private const int Segments = 6;

    private readonly Dictionary<string, Caller> _callers = new(StringComparer.Ordinal);
    private readonly RequestLimit _limit;
    private readonly int _most;
    private readonly TimeProvider _clock;
    private readonly ITimer _cleanup;

    public RequestLimiter(RequestLimit limit, RequestLimitOptions options, TimeProvider clock)
    {
        (_limit, _most, _clock) = (limit, options.MaxCallers, clock);
        _cleanup = clock.CreateTimer(_ => ForgetIdle(), null, options.CleanupInterval, options.CleanupInterval);
    }

    /// <summary>Callers that are being counted.</summary>
    internal int Count
    {
        get
        {
            lock (_callers)
                return _callers.Count;
        }
    }

    /// <summary>Counts a request: null lets it through, otherwise the time after which another try can succeed.</summary>
    public TimeSpan? Refuse(string name)
    {
        // Under one lock, so that no caller is forgotten while it is being counted; nothing in here waits.
        lock (_callers)
        {
            var caller = Find(name);
            caller.LastSeen = _clock.GetTimestamp();
            using var lease = caller.Window.AttemptAcquire();
            if (lease.IsAcquired)
                return null;
            return lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : _limit.Window;
        }
    }

    public void Dispose()
    {
        _cleanup.Dispose();
        lock (_callers)
        {
            foreach (var name in _callers.Keys.ToArray())
                Forget(name);
        }
    }

    private Caller Find(string name)
    {
        if (_callers.TryGetValue(name, out var known))
            return known;
        if (_callers.Count >= _most)
        {
            // Whoever has that many addresses gains little by one count begun anew; refusing new callers would shut out everybody else.
            Forget(_callers.Keys.First());
        }

        var caller = new Caller(
            new SlidingWindowRateLimiter(
                new SlidingWindowRateLimiterOptions
                {
                    PermitLimit = _limit.Requests,
                    Window = _limit.Window,
                    SegmentsPerWindow = Segments,
                    QueueLimit = 0,
                }
            )
        );
        _callers.Add(name, caller);
        return caller;
    }

    private void ForgetIdle()
    {
        lock (_callers)
        {
            foreach (var (name, caller) in _callers.ToArray())
            {
                if (_clock.GetElapsedTime(caller.LastSeen) >= _limit.Window)
                    Forget(name);
            }
        }
    }

    private void Forget(string name)
    {
        if (_callers.Remove(name, out var caller))
            caller.Window.Dispose();
    }

    private sealed class Caller(SlidingWindowRateLimiter window)
    {
        public SlidingWindowRateLimiter Window => window;

        public long LastSeen { get; set; }
    }
}
