namespace Chatbox.Node.Stores.Index.Tallies;

/// <summary>The lengths of the periods that are tallied. The numbers are stored. Each period consists of whole periods of the level before.</summary>
internal enum TallyLevel
{
    Minute = 0,

    /// <summary>15 minutes: every time zone begins its day at a whole quarter of an hour.</summary>
    Quarter = 1,

    /// <summary>A day of UTC.</summary>
    Day = 2,
}

/// <summary>Periods of a level begin at the multiples of its length.</summary>
internal static class TallyLevels
{
    public const long Minute = TimeSpan.TicksPerMinute;
    public const long Quarter = 15 * Minute;
    public const long Day = TimeSpan.TicksPerDay;

    /// <summary>Length of a period, in ticks.</summary>
    public static long Length(this TallyLevel level) =>
        level switch
        {
            TallyLevel.Minute => Minute,
            TallyLevel.Quarter => Quarter,
            TallyLevel.Day => Day,
            _ => throw new ArgumentOutOfRangeException(nameof(level), level, null),
        };

    /// <summary>The largest multiple of a length that is not above a moment, both in ticks.</summary>
    public static long Floor(long at, long length) => at - at % length;

    /// <summary>How exactly response times of a period are counted. The many periods of a long span must stay small.</summary>
    public static TimeScale Scale(this TallyLevel level) => level == TallyLevel.Minute ? TimeScale.Fine : TimeScale.Coarse;
}
