namespace Chatbox.Node.Stores.Index.Tallies;

/// <summary>
/// The steps of the time series of a span. All have the same length, but the first and the last end at the span: steps begin at whole minutes, those of
/// an hour or more at whole quarters of an hour, and those of a week or more at whole days of UTC.
/// </summary>
internal sealed class MetricsSteps
{
    /// <summary>A span of this many whole steps can have one more, because its first and its last step are parts.</summary>
    private const int Whole = 60;

    /// <summary>Lengths that people can read on an axis.</summary>
    private static readonly TimeSpan[] Lengths =
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

    /// <param name="start">In ticks.</param>
    /// <param name="end">In ticks, later than the start; not included.</param>
    public MetricsSteps(long start, long end)
    {
        (Start, End) = (start, end);
        var span = end - start;
        Length = Lengths
            .Select(step => step.Ticks)
            .FirstOrDefault(step => span <= step * Whole, (span / Whole / TallyLevels.Day + 1) * TallyLevels.Day);
        First = TallyLevels.Floor(start, Grid);
        Count = (int)((end - First + Length - 1) / Length);
    }

    public long Start { get; }

    public long End { get; }

    /// <summary>Where the first step begins, in ticks: at the start of the span or before it.</summary>
    public long First { get; }

    /// <summary>Length of a step, in ticks.</summary>
    public long Length { get; }

    public int Count { get; }

    /// <summary>The longest periods whose tallies may be used. Short steps need the response times as exact as they are in minutes.</summary>
    public TallyLevel Longest => Length < TimeSpan.TicksPerHour ? TallyLevel.Minute : TallyLevel.Day;

    /// <summary>How exact the percentiles of a step are.</summary>
    public TimeScale Scale => Longest.Scale();

    /// <summary>The part of the span in a step.</summary>
    public (long From, long To) this[int step] => (Math.Max(Start, First + step * Length), Math.Min(End, First + (step + 1) * Length));

    private long Grid =>
        Length switch
        {
            < TimeSpan.TicksPerHour => TallyLevels.Minute,
            < 7 * TallyLevels.Day => TallyLevels.Quarter,
            _ => TallyLevels.Day,
        };
}
