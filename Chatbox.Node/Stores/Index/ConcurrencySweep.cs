namespace Chatbox.Node.Stores.Index;

/// <summary>
/// Counts how many sessions were active at the same time, from the ordered moments at which sessions began (+1) or ended (-1).
/// </summary>
internal sealed class ConcurrencySweep
{
    private readonly long _start;
    private readonly long _end;
    private readonly long _step;
    private readonly int[] _most;
    private long _until;
    private int _active;
    private double _area;

    /// <param name="start">Start of the span, in ticks.</param>
    /// <param name="end">End of the span, in ticks.</param>
    /// <param name="step">Length of a bucket, in ticks.</param>
    /// <param name="initially">Number of active sessions at the start of the span.</param>
    public ConcurrencySweep(long start, long end, long step, int initially)
    {
        (_start, _end, _step, _until) = (start, end, step, start);
        _most = new int[(end - start + step - 1) / step];
        Max = _active = initially;
    }

    /// <summary>Maximum over the span.</summary>
    public int Max { get; private set; }

    /// <summary>Mean over the span, after <see cref="Finish"/>.</summary>
    public double Average => _area / (_end - _start);

    /// <summary>Maximum within a bucket.</summary>
    public int MostIn(int bucket) => _most[bucket];

    public void Add(long at, int change)
    {
        Advance(at);
        _active += change;
        Max = Math.Max(Max, _active);
        if (at < _end)
            Count(BucketOf(at));
    }

    public void Finish() => Advance(_end);

    private void Advance(long to)
    {
        if (to <= _until)
            return;
        _area += (double)_active * (to - _until);
        for (var bucket = BucketOf(_until); bucket <= BucketOf(to - 1); bucket++)
            Count(bucket);
        _until = to;
    }

    private void Count(int bucket) => _most[bucket] = Math.Max(_most[bucket], _active);

    private int BucketOf(long at) => (int)((at - _start) / _step);
}
