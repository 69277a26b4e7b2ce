namespace Chatbox.Node.Stores.Index.Tallies;

/// <summary>Counts response times and tells their percentiles.</summary>
internal sealed class TimeCounts(TimeScale scale)
{
    private int[] _counts = new int[256];
    private long _total;

    public void Add(IReadOnlyList<TimeCount> counts, TimeScale from)
    {
        foreach (var (timeClass, count) in counts)
            Add(scale.ClassOf(timeClass, from), count);
    }

    /// <summary>Counts one time.</summary>
    public void Add(TimeSpan time) => Add(scale.ClassOf((long)Math.Round(time.TotalMilliseconds)), 1);

    /// <summary>
    /// The nearest-rank percentile: the time within which this many of 100 answers began, as exact as the scale is; zero if there is none.
    /// </summary>
    /// <param name="longest">The longest of the counted times; no percentile is above it.</param>
    public TimeSpan Percentile(int percent, TimeSpan longest)
    {
        var rank = (long)Math.Ceiling(percent / 100.0 * _total);
        if (rank == 0)
            return TimeSpan.Zero;
        var timeClass = -1;
        for (long counted = 0; counted < rank; )
            counted += _counts[++timeClass];
        var time = TimeSpan.FromMilliseconds(scale.Middle(timeClass));
        return time < longest ? time : longest;
    }

    public IReadOnlyList<TimeCount> ToList() => [.. _counts.Index().Where(c => c.Item > 0).Select(c => new TimeCount(c.Index, c.Item))];

    public void Clear()
    {
        Array.Clear(_counts);
        _total = 0;
    }

    private void Add(int timeClass, int count)
    {
        if (timeClass >= _counts.Length)
            Array.Resize(ref _counts, Math.Max(timeClass + 1, 2 * _counts.Length));
        _counts[timeClass] += count;
        _total += count;
    }
}
