namespace Chatbox.Node.Stores.Index;

/// <summary>Chooses the length of the buckets of a time series.</summary>
internal static class MetricsStep
{
    private const int MostBuckets = 60;

    /// <summary>Lengths that people can read on an axis.</summary>
    private static readonly TimeSpan[] Steps =
    [
        TimeSpan.FromMinutes(1),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(15),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1),
        TimeSpan.FromHours(6),
        TimeSpan.FromDays(1),
        TimeSpan.FromDays(7),
        TimeSpan.FromDays(30),
    ];

    /// <summary>The length of a bucket for a span, both in ticks.</summary>
    public static long For(long span) =>
        Steps.Select(step => step.Ticks).FirstOrDefault(step => span <= step * MostBuckets, (span + MostBuckets - 1) / MostBuckets);
}
