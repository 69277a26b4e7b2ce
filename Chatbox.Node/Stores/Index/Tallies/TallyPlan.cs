namespace Chatbox.Node.Stores.Index.Tallies;

/// <summary>
/// From where the numbers of a span come: from the tallies of the longest periods that fit, and from the rows of the index at the span's two ends and in
/// the minutes that have changed since they were tallied. Pure.
/// </summary>
internal sealed class TallyPlan
{
    private readonly HashSet<long> _minutes;
    private readonly HashSet<long> _quarters;
    private readonly HashSet<long> _days;
    private readonly List<TallyPiece> _before = [];
    private readonly List<TallyPiece>[] _steps;

    /// <param name="marked">Minutes before the end of the span whose tallies are out of date.</param>
    public TallyPlan(MetricsSteps steps, IEnumerable<long> marked)
    {
        (_minutes, _quarters, _days) = Marks(marked);
        FirstDay = TallyLevels.Floor(steps.Start, TallyLevels.Day);
        MarkedDaysBefore = [.. _days.Where(day => day < FirstDay).Order()];
        foreach (var day in MarkedDaysBefore)
            Cover(day, day + TallyLevels.Day, TallyLevel.Day, _before);
        Cover(FirstDay, steps.Start, TallyLevel.Day, _before);
        _steps = [.. Enumerable.Range(0, steps.Count).Select(_ => new List<TallyPiece>())];
        for (var step = 0; step < steps.Count; step++)
            Cover(steps[step].From, steps[step].To, steps.Longest, _steps[step]);
    }

    /// <summary>The pieces of a time whose tallies only need to be added.</summary>
    /// <param name="from">In ticks.</param>
    /// <param name="to">In ticks; not included.</param>
    public TallyPlan(long from, long to, IEnumerable<long> marked)
    {
        (_minutes, _quarters, _days) = Marks(marked);
        (FirstDay, MarkedDaysBefore) = (from, []);
        _steps =
        [
            [],
        ];
        Cover(from, to, TallyLevel.Day, _steps[0]);
    }

    /// <summary>The day in which the span begins. Of all days before it, only the sum of the changes is needed.</summary>
    public long FirstDay { get; }

    /// <summary>Days before the first whose sums are out of date. Their pieces are in <see cref="Before"/>.</summary>
    public IReadOnlyList<long> MarkedDaysBefore { get; }

    /// <summary>The pieces before the span, of which only the change is needed.</summary>
    public IReadOnlyList<TallyPiece> Before => _before;

    /// <summary>The pieces of each step, in order.</summary>
    public IReadOnlyList<IReadOnlyList<TallyPiece>> Steps => _steps;

    /// <summary>All pieces whose numbers come from the rows of the index, in order.</summary>
    public IReadOnlyList<TallyPiece> Rows => [.. All.Where(piece => piece.Level is null)];

    /// <summary>The ranges of periods whose tallies are needed, level by level.</summary>
    public IReadOnlyList<TallyPiece> Stored =>
        [.. Enum.GetValues<TallyLevel>().SelectMany(level => Join(All.Where(piece => piece.Level == level)))];

    /// <summary>Pieces of a level in order, those that follow each other as one.</summary>
    public static IReadOnlyList<TallyPiece> Join(IEnumerable<TallyPiece> pieces)
    {
        var ranges = new List<TallyPiece>();
        foreach (var piece in pieces)
        {
            if (ranges.Count > 0 && ranges[^1].To == piece.From)
                ranges[^1] = ranges[^1] with { To = piece.To };
            else
                ranges.Add(piece);
        }

        return ranges;
    }

    private IEnumerable<TallyPiece> All => _before.Concat(_steps.SelectMany(step => step));

    private static (HashSet<long> Minutes, HashSet<long> Quarters, HashSet<long> Days) Marks(IEnumerable<long> marked)
    {
        var minutes = marked.ToHashSet();
        return (
            minutes,
            [.. minutes.Select(minute => TallyLevels.Floor(minute, TallyLevels.Quarter))],
            [.. minutes.Select(minute => TallyLevels.Floor(minute, TallyLevels.Day))]
        );
    }

    private void Cover(long from, long to, TallyLevel longest, List<TallyPiece> pieces)
    {
        while (from < to)
        {
            var piece = Next(from, to, longest);
            pieces.Add(piece);
            from = piece.To;
        }
    }

    private TallyPiece Next(long from, long to, TallyLevel longest)
    {
        for (var level = longest; level >= TallyLevel.Minute; level--)
        {
            var length = level.Length();
            if (from % length == 0 && from + length <= to && !IsMarked(from, level))
                return new TallyPiece(from, from + length, level);
        }

        return new TallyPiece(from, Math.Min(to, TallyLevels.Floor(from, TallyLevels.Minute) + TallyLevels.Minute), null);
    }

    private bool IsMarked(long period, TallyLevel level) =>
        level switch
        {
            TallyLevel.Minute => _minutes.Contains(period),
            TallyLevel.Quarter => _quarters.Contains(period),
            _ => _days.Contains(period),
        };
}
