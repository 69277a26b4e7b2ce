namespace Chatbox.Node.Endpoints.Access;

/// <summary>Counts the requests of one caller in a sliding window, which consists of segments.</summary>
/// <param name="current">Segment of the first request.</param>
internal sealed class CallerWindow(string name, long current)
{
    /// <summary>Segments per window. A request counts for this many segments, including its own.</summary>
    public const int Segments = 6;

    private readonly int[] _counts = new int[Segments];
    private long _current = current;

    public string Name => name;

    /// <summary>Accepted requests within the window.</summary>
    public int Total { get; private set; }

    /// <summary>Time of the last request, on the monotonic clock.</summary>
    public long LastSeen { get; set; }

    /// <summary>Number of the last request among all requests to the limiter; a higher number is a later request.</summary>
    public long Order { get; set; }

    /// <summary>The segment in which the oldest requests leave the window. Needs at least one request.</summary>
    public long FreesAt
    {
        get
        {
            var oldest = _current - Segments + 1;
            while (_counts[Slot(oldest)] == 0)
                oldest++;
            return oldest + Segments;
        }
    }

    /// <summary>Moves the window, and forgets requests that left it.</summary>
    public void AdvanceTo(long segment)
    {
        for (var steps = Math.Min(segment - _current, Segments); steps > 0; steps--)
        {
            ref var slot = ref _counts[Slot(segment - steps + 1)];
            Total -= slot;
            slot = 0;
        }

        _current = Math.Max(_current, segment);
    }

    public void CountOne()
    {
        _counts[Slot(_current)]++;
        Total++;
    }

    // Segment numbers can be as low as 1 − Segments; adding Segments makes them positive.
    private static int Slot(long segment) => (int)((segment + Segments) % Segments);
}
