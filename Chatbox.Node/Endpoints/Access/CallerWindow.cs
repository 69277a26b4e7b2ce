namespace Chatbox.Node.Endpoints.Access;

/// <summary>One caller's requests, counted in segments of the limit's window: the current segment and those before it.</summary>
/// <param name="current">The segment in which the caller is first seen.</param>
internal sealed class CallerWindow(string name, long current)
{
    /// <summary>Segments in a window; a request stays counted for as many segments, its own included.</summary>
    public const int Segments = 6;

    private readonly int[] _counts = new int[Segments];
    private long _current = current;

    public string Name => name;

    /// <summary>Requests that were let through in the window.</summary>
    public int Total { get; private set; }

    /// <summary>When the caller last asked, on the monotonic clock.</summary>
    public long LastSeen { get; set; }

    /// <summary>Grows with each request to the limiter: who has a higher one has asked later.</summary>
    public long Order { get; set; }

    /// <summary>The segment with which the oldest requests slide out of the window. There must be requests.</summary>
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

    /// <summary>Lets go of what has slid out of the window.</summary>
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

    // A caller's window begins less than a window before the limiter does.
    private static int Slot(long segment) => (int)((segment + Segments) % Segments);
}
