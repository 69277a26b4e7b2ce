using Chatbox.Node.Stores.Index.Tallies;
using FsCheck;
using FsCheck.Xunit;

namespace Chatbox.Tests.Property.Index;

/// <summary>The parts of which metrics are put together.</summary>
public sealed class TallyProperties
{
    private const long Minute = TallyLevels.Minute;

    private static readonly DateTime Start = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    [Property(MaxTest = 500)]
    public void Percentile_is_exact_up_to_two_seconds_and_close_above(PositiveInt[] some, byte percent)
    {
        // Short and long times.
        var times = some.Select((time, n) => time.Get * 37L % (n % 3 == 0 ? 2_047 : 3_600_000)).ToArray();
        var asked = 1 + percent % 100;
        Assert.InRange(Difference(times, asked, TimeScale.Fine), 0, 0.0005);
        Assert.InRange(Difference(times, asked, TimeScale.Coarse), 0, 0.008);
        Assert.Equal(0, Difference([.. times.Select(time => time % 2_048)], asked, TimeScale.Fine));
        Assert.Equal(0, Difference([.. times.Select(time => time % 128)], asked, TimeScale.Coarse));
    }

    [Property(MaxTest = 500)]
    public void Fine_class_is_in_the_coarse_class_of_its_times(PositiveInt time, byte shift)
    {
        var milliseconds = (long)time.Get << (shift % 12);
        var fine = TimeScale.Fine.ClassOf(milliseconds);
        Assert.Equal(TimeScale.Coarse.ClassOf(milliseconds), TimeScale.Coarse.ClassOf(fine, TimeScale.Fine));
        Assert.InRange(milliseconds, TimeScale.Fine.Smallest(fine), TimeScale.Fine.Smallest(fine + 1) - 1);
    }

    [Property(MaxTest = 500)]
    public void Swing_is_that_of_a_count_moment_by_moment(byte[] moments, byte cut)
    {
        const int length = 32;
        var changes = moments.Select(moment => (At: moment % length, Change: moment / 128 == 0 ? 1 : -1)).OrderBy(c => c.At).ToList();
        var counts = Enumerable.Range(0, length).Select(at => changes.Where(c => c.At <= at).Sum(c => c.Change)).ToList();

        Assert.Equal(new Swing(length, counts[^1], counts.Sum(), counts.Max()), Of(0, length));
        var middle = cut % (length + 1);
        Assert.Equal(Of(0, length), Of(0, middle) + Of(middle, length));

        Swing Of(int from, int to)
        {
            var swing = default(Swing);
            foreach (var (at, change) in changes.Where(c => c.At >= from && c.At < to))
                swing += Swing.Still(at - from - swing.Length) + Swing.Moment(change);
            return swing + Swing.Still(to - from - swing.Length);
        }
    }

    [Property(MaxTest = 300)]
    public void Tally_is_read_as_it_was_written(int[] numbers, PositiveInt[] times)
    {
        var at = (int n) => numbers.Length == 0 ? 0L : (long)numbers[n % numbers.Length] << (n * 5 % 32);
        var sessions = new SessionCounts(at(0), at(1), at(2), at(3), at(15), at(16), at(17), at(18));
        var sums = new TallySums(sessions, at(4), at(5), at(6), at(7), at(8), at(9), at(10));
        var counts = times.Select(time => time.Get).Distinct().Order().Select(time => new TimeCount(time, time % 7 + 1));
        var tally = new Tally(sums, at(11), new Swing(Minute, at(12), at(13), at(14)), [.. counts], TimeScale.Fine);

        var read = TallyFormat.Read(TallyFormat.Write(tally), tally.Swing.Change, TallyLevel.Minute);
        Assert.Equal(tally.Times, read.Times);
        Assert.Equal(tally, read with { Times = tally.Times });
    }

    [Property(MaxTest = 300)]
    public void Pieces_fill_each_step_and_avoid_what_is_marked(PositiveInt start, PositiveInt length, byte size, NonNegativeInt[] marked)
    {
        long[] sizes = [1, Minute / 7, Minute, TallyLevels.Quarter, TimeSpan.TicksPerHour, TallyLevels.Day, 30 * TallyLevels.Day];
        var from = Start.Ticks + start.Get * sizes[size / 8 % sizes.Length];
        var steps = new MetricsSteps(from, from + 1 + length.Get % 100 * sizes[size % sizes.Length] + length.Get);
        var marks = marked
            .Select(mark => TallyLevels.Floor(steps.End - 1 - mark.Get * (steps.Length / 5), Minute))
            .Where(mark => mark > 0)
            .ToHashSet();
        var plan = new TallyPlan(steps, marks);

        Assert.InRange(steps.Count, 1, 61);
        Assert.Equal((steps.Start, steps.End), (steps[0].From, steps[steps.Count - 1].To));
        Assert.All(Enumerable.Range(1, steps.Count - 1), step => Assert.Equal(steps[step - 1].To, steps[step].From));
        for (var step = 0; step < steps.Count; step++)
            Assert.Equal([steps[step]], TallyPlan.Join(plan.Steps[step]).Select(range => (range.From, range.To)));
        var before = TallyPlan.Join(plan.Before.SkipWhile(piece => piece.From < plan.FirstDay));
        Assert.Equal((plan.FirstDay, steps.Start), before.Count == 0 ? (steps.Start, steps.Start) : (before.Single().From, before[0].To));
        foreach (var piece in plan.Before.Concat(plan.Steps.SelectMany(step => step)))
        {
            if (piece.Level is not { } level)
                Assert.Equal(TallyLevels.Floor(piece.From, Minute), TallyLevels.Floor(piece.To - 1, Minute));
            else
                Assert.Equal(
                    (0L, level.Length(), false),
                    (piece.From % level.Length(), piece.Length, marks.Any(mark => mark >= piece.From && mark < piece.To))
                );
        }
    }

    private static double Difference(long[] times, int percent, TimeScale scale)
    {
        if (times.Length == 0)
            return 0;
        var counts = new TimeCounts(scale);
        foreach (var time in times)
            counts.Add(TimeSpan.FromMilliseconds(time));
        var exact = times.Order().ElementAt((int)Math.Ceiling(percent / 100.0 * times.Length) - 1);
        var told = counts.Percentile(percent, TimeSpan.FromMilliseconds(times.Max())).TotalMilliseconds;
        return exact == told ? 0 : Math.Abs(exact - told) / Math.Max(1, exact);
    }
}
