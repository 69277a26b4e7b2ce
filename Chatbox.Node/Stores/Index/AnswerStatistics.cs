namespace Chatbox.Node.Stores.Index;

/// <summary>
/// Sums up tokens and waiting times of answers, which are added in order of time. Keeps the times of one bucket in memory.
/// </summary>
/// <param name="start">Start of the span, in ticks.</param>
/// <param name="end">End of the span, in ticks.</param>
/// <param name="step">Length of a bucket, in ticks.</param>
internal sealed class AnswerStatistics(long start, long end, long step)
{
    private readonly Bucket[] _buckets = new Bucket[(end - start + step - 1) / step];
    private readonly List<long> _times = [];
    private int _current;
    private long _tokensInBucket;
    private double _totalTime;
    private long _count;

    /// <summary>
    /// Tokens and nearest-rank percentiles of a bucket: each percentile is a real waiting time, or zero if nobody waited.
    /// </summary>
    public readonly record struct Bucket(long Tokens, TimeSpan P50, TimeSpan P95);

    public IReadOnlyList<Bucket> Buckets => _buckets;

    public long Tokens { get; private set; }

    public TimeSpan Max { get; private set; }

    public TimeSpan Average => _count == 0 ? TimeSpan.Zero : new TimeSpan((long)(_totalTime / _count));

    public void Add(long at, long tokens, long? responseTime)
    {
        var bucket = (int)((at - start) / step);
        if (bucket != _current)
            Finish();
        _current = bucket;
        _tokensInBucket += tokens;
        Tokens += tokens;
        if (responseTime is not { } time)
            return;
        _times.Add(time);
        _totalTime += time;
        _count++;
        Max = new TimeSpan(Math.Max(Max.Ticks, time));
    }

    /// <summary>Closes the current bucket.</summary>
    public void Finish()
    {
        _times.Sort();
        _buckets[_current] = new Bucket(_tokensInBucket, Percentile(50), Percentile(95));
        _times.Clear();
        _tokensInBucket = 0;
    }

    private TimeSpan Percentile(int percent) =>
        _times.Count == 0 ? TimeSpan.Zero : new TimeSpan(_times[(int)Math.Ceiling(percent / 100.0 * _times.Count) - 1]);
}
