namespace Chatbox.Node.Stores.Index.Tallies;

/// <summary>
/// How the number of active sessions changes within a period, relative to the number before it. Swings of periods that follow each other
/// add up to the swing of the whole.
/// </summary>
/// <param name="Length">Length of the period, in ticks.</param>
/// <param name="Change">Sessions that became active, less those that ended.</param>
/// <param name="Area">Sum of the change at each moment over the period, in ticks.</param>
/// <param name="Peak">The largest change at any moment. It is negative if sessions ended at the very beginning.</param>
internal readonly record struct Swing(long Length, long Change, Int128 Area, long Peak)
{
    /// <summary>A period in which no session began or ended.</summary>
    public static Swing Still(long length) => new(length, 0, 0, 0);

    /// <summary>This period and then the next.</summary>
    public static Swing operator +(Swing first, Swing next) =>
        next.Length == 0
            ? first with
            {
                Change = first.Change + next.Change,
            }
            : new Swing(
                first.Length + next.Length,
                first.Change + next.Change,
                first.Area + (Int128)first.Change * next.Length + next.Area,
                // A change that lasts no time is none: where one session ends, another may begin at the same moment.
                first.Length == 0
                    ? first.Change + next.Peak
                    : Math.Max(first.Peak, first.Change + next.Peak)
            );

    /// <summary>The moment at which a session becomes active (1) or ends (-1).</summary>
    public static Swing Moment(int change) => new(0, change, 0, 0);
}
