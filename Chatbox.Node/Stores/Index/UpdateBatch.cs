namespace Chatbox.Node.Stores.Index;

/// <summary>
/// What a transaction has to write for a list of updates. Late updates and updates of erased sessions are left out; several updates of one
/// session leave one row of it.
/// </summary>
/// <param name="Applied">The updates that count, in their order: their messages and words are new, or known and unchanged.</param>
/// <param name="Latest">The last of these updates for each session.</param>
/// <param name="Renamed">Updates among <see cref="Latest"/> whose session is new or has another name than before.</param>
/// <param name="Intervals">Changes of active intervals, in order.</param>
internal sealed record UpdateBatch(
    IReadOnlyList<PreparedUpdate> Applied,
    IReadOnlyList<PreparedUpdate> Latest,
    IReadOnlyList<PreparedUpdate> Renamed,
    IReadOnlyList<IntervalChange> Intervals
)
{
    /// <param name="erased">Ids of sessions that were erased.</param>
    /// <param name="stored">The rows as they are, by session id.</param>
    public static UpdateBatch Of(
        IEnumerable<PreparedUpdate> updates,
        IReadOnlyCollection<string> erased,
        IReadOnlyDictionary<string, SessionRow> stored,
        IndexRowReader reader
    )
    {
        var latest = new Dictionary<string, PreparedUpdate>();
        var applied = new List<PreparedUpdate>();
        var intervals = new List<IntervalChange>();
        foreach (var update in updates)
        {
            var row = update.Session;
            var current = latest.GetValueOrDefault(row.SessionId)?.Session ?? stored.GetValueOrDefault(row.SessionId);
            if (erased.Contains(row.SessionId) || current?.Seq >= row.Seq)
                continue;
            if (IntervalChange.Between(current, row) is { } change)
                intervals.Add(change);
            latest[row.SessionId] = update;
            applied.Add(update);
        }

        var renamed = latest.Values.Where(update =>
            stored.GetValueOrDefault(update.Session.SessionId) is not { } row || !reader.IsSameName(row, update.Session)
        );
        return new UpdateBatch(applied, [.. latest.Values], [.. renamed], intervals);
    }
}
