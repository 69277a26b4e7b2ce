namespace Chatbox.Node.Stores.Index.Tallies;

/// <summary>Tallies rows of the index by pieces of time. What is outside of all pieces is ignored.</summary>
internal sealed class TallySheet
{
    private readonly Column[] _columns;

    /// <param name="pieces">Pieces in order of time, without overlaps.</param>
    public TallySheet(IEnumerable<TallyPiece> pieces) => _columns = [.. pieces.Select(piece => new Column(piece))];

    /// <summary>Adds a session at its start.</summary>
    /// <param name="at">In ticks.</param>
    /// <param name="session">What is counted of it.</param>
    public void AddSession(long at, TallySums session)
    {
        if (Find(at) is { } column)
            column.Sums += session;
    }

    /// <summary>Adds an answer.</summary>
    /// <param name="at">In ticks.</param>
    /// <param name="responseTime">In ticks; null if it is unknown.</param>
    public void AddAnswer(long at, long tokens, long? responseTime)
    {
        if (Find(at) is not { } column)
            return;
        column.Sums += new TallySums { Tokens = tokens };
        if (responseTime is { } time)
            column.AddResponse(time);
    }

    /// <summary>Adds the moment at which a session became active (1) or ended (-1). Moments of a piece must come in order.</summary>
    public void AddChange(long at, int change) => Find(at)?.AddChange(at, change);

    /// <summary>The tallies, one for each piece.</summary>
    public IReadOnlyDictionary<TallyPiece, Tally> Finish() => _columns.ToDictionary(column => column.Piece, column => column.Finish());

    private Column? Find(long at)
    {
        var (low, high) = (0, _columns.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var piece = _columns[middle].Piece;
            if (at < piece.From)
                high = middle - 1;
            else if (at >= piece.To)
                low = middle + 1;
            else
                return _columns[middle];
        }

        return null;
    }

    private sealed class Column(TallyPiece piece)
    {
        private TimeCounts? _times;
        private long _longest;
        private Swing _swing;

        public TallyPiece Piece => piece;

        public TallySums Sums { get; set; }

        public void AddResponse(long time)
        {
            Sums += new TallySums { Responses = 1, ResponseTime = time };
            _longest = Math.Max(_longest, time);
            (_times ??= new TimeCounts(TimeScale.Fine)).Add(new TimeSpan(time));
        }

        public void AddChange(long at, int change) => _swing += Swing.Still(at - piece.From - _swing.Length) + Swing.Moment(change);

        public Tally Finish() =>
            new(Sums, _longest, _swing + Swing.Still(piece.Length - _swing.Length), _times?.ToList() ?? [], TimeScale.Fine);
    }
}
