using Chatbox.Actors.Index;
using Chatbox.Node.Stores.Index.Tallies;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>Counts the sessions of a list from tallies: the database would read every one of them.</summary>
internal static class SqlSessionTotals
{
    /// <summary>The number of sessions; null if the tallies cannot tell it, because of the query or because too many minutes are marked.</summary>
    public static async Task<int?> Count(
        IndexDatabase database,
        DataConnection db,
        SessionQuery query,
        CancellationToken cancellationToken
    ) =>
        query is { UserId: null, Search: null }
            ? await database.Snapshot(db, () => Count(db, query, cancellationToken), cancellationToken)
            : null;

    private static async Task<int?> Count(DataConnection db, SessionQuery query, CancellationToken cancellationToken)
    {
        var sessions = db.GetTable<SessionRow>();
        var first = await sessions.MinAsync(s => (long?)s.StartTime, cancellationToken);
        var last = await sessions.MaxAsync(s => (long?)s.StartTime, cancellationToken);
        if (first is not { } earliest || last is not { } latest)
            return 0;
        var (from, to) = (TallyLevels.Floor(earliest, TallyLevels.Day), TallyLevels.Floor(latest, TallyLevels.Day) + TallyLevels.Day);
        // Both bounds of the query are included.
        from = Math.Max(from, query.StartedFrom?.UtcTicks ?? from);
        to = Math.Min(to, (query.StartedTo?.UtcTicks ?? to) + 1);
        var marked = await db.GetTable<TallyMarkRow>()
            .Where(mark => mark.Minute >= from - TallyLevels.Day && mark.Minute < to)
            .Select(mark => mark.Minute)
            .Distinct()
            .ToListAsync(cancellationToken);
        if (marked.Count > SqlTallies.MostMarks)
            return null;
        var plan = new TallyPlan(from, to, marked);
        var stored = await SqlTallySheet.Read(db, plan.Stored, cancellationToken);
        var counted = await SqlTallySheet.Count(db, plan.Rows, cancellationToken);
        var all = stored.Values.Concat(counted.Values).Aggregate(default(SessionCounts), (sum, tally) => sum + tally.Sums.Sessions);
        return (int)all.Count(query.Active, query.AdminAssisted, query.HelpRequested);
    }
}
