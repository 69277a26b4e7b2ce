using System.Linq.Expressions;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Chatbox.Messages;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>Finds sessions and lists them page by page, without reading messages.</summary>
internal sealed class SqlSessionLists(SqlIndexAccess access, IContentCipher cipher, TimeProvider clock)
{
    private readonly IndexRowReader _reader = new(new SealedColumns(cipher));

    public Task<SessionSummary?> Find(SessionId session, CancellationToken cancellationToken) =>
        access.Read(async db =>
        {
            var row = await db.GetTable<SessionRow>().FirstOrDefaultAsync(s => s.SessionId == session.Value, cancellationToken);
            return row is null ? null : (await Summaries(db, [row], cancellationToken))[0];
        });

    public Task<SessionPage> List(SessionQuery query, CancellationToken cancellationToken)
    {
        var page = PageRequest.For(query, clock.GetUtcNow());
        return access.Read(async db =>
        {
            if (Filter(db, query) is not { } matching)
                return page.Empty();
            var total = query.CountTotal
                ? await SqlSessionTotals.Count(access.Database, db, query, cancellationToken)
                    ?? await matching.CountAsync(cancellationToken)
                : (int?)null;
            var rows = page.IsByDuration
                ? await ByDuration(db, matching, query.Active, page, cancellationToken)
                : await page.Sort(new Sortable(matching, page.Descending)).Skip(page.Offset).Take(page.Rows).ToListAsync(cancellationToken);
            return await page.ToPage(rows, total, shown => Summaries(db, shown, cancellationToken));
        });
    }

    public Task<IReadOnlyList<IdleSession>> IdleSince(
        DateTimeOffset moment,
        IdleSession? after,
        int limit,
        CancellationToken cancellationToken
    ) =>
        access.Read(async db =>
        {
            var place = after is null ? null : ((long, string)?)(after.LastActivity.UtcTicks, after.SessionId.Value);
            var rows = await db.GetTable<SessionRow>()
                .Where(s => s.EndTime == IndexTime.Never && s.LastActivity <= moment.UtcTicks)
                .By(s => s.LastActivity, descending: false, place)
                .Take(limit)
                .Select(s => new { s.SessionId, s.LastActivity })
                .ToListAsync(cancellationToken);
            return (IReadOnlyList<IdleSession>)
                rows.ConvertAll(row => new IdleSession(new SessionId(row.SessionId), IndexRowReader.Moment(row.LastActivity)));
        });

    /// <summary>The rows that match the query; null if the search has no searchable word.</summary>
    private IQueryable<SessionRow>? Filter(DataConnection db, SessionQuery query)
    {
        IQueryable<SessionRow> rows = db.GetTable<SessionRow>();
        if (query.UserId is { } user)
            rows = rows.Where(s => s.UserId == user.Value);
        if (query.Active is { } active)
            rows = active ? rows.Where(s => s.EndTime == IndexTime.Never) : rows.Where(s => s.EndTime < IndexTime.Never);
        // Constants and not parameters, because only then does a database use the indexes of these sessions.
        if (query.AdminAssisted is { } assisted)
            rows = assisted ? rows.Where(s => s.AdminAssisted) : rows.Where(s => !s.AdminAssisted);
        if (query.HelpRequested is { } requested)
            rows = requested ? rows.Where(s => s.HelpRequested) : rows.Where(s => !s.HelpRequested);
        if (query.StartedFrom is { } from)
            rows = rows.Where(s => s.StartTime >= from.UtcTicks);
        if (query.StartedTo is { } to)
            rows = rows.Where(s => s.StartTime <= to.UtcTicks);
        return query.Search is null ? rows : Search(db, rows, query.UserId!.Value.Value, query.Search);
    }

    private IQueryable<SessionRow>? Search(DataConnection db, IQueryable<SessionRow> rows, string owner, string search)
    {
        var words = SearchWords.OfQuery(search);

        // Long words first: they are rare, and a session without one of them needs no further look-up.
        foreach (var word in words.OrderByDescending(word => word.Length))
        {
            var hashes = cipher.WordHashes(owner, word);
            rows = rows.Where(s =>
                db.GetTable<WordRow>().Any(w => w.UserId == owner && hashes.Contains(w.Word) && w.SessionId == s.SessionId)
            );
        }

        return words.Count == 0 ? null : rows;
    }

    /// <summary>
    /// Durations of ended sessions are in an index; durations of the few active sessions grow. Both kinds are sorted apart, as far as the
    /// page needs, and then merged.
    /// </summary>
    private static async Task<List<SessionRow>> ByDuration(
        DataConnection db,
        IQueryable<SessionRow> rows,
        bool? isActive,
        PageRequest page,
        CancellationToken cancellationToken
    )
    {
        var (at, needed) = (page.At, page.Offset + page.Rows);
        var ended = rows.Where(s => s.Duration != null).By(s => s.Duration!.Value, page.Descending, page.After).Take(needed);
        var active = rows.Where(s => s.EndTime == IndexTime.Never).By(s => at - s.StartTime, page.Descending, page.After).Take(needed);
        var past = ended.Select(s => new { s.SessionId, Duration = s.Duration!.Value });
        var growing = active.Select(s => new { s.SessionId, Duration = at - s.StartTime });
        // In a list of active sessions, the database would look for one among all ended ones.
        var both = isActive switch
        {
            true => growing,
            false => past,
            null => past.Concat(growing),
        };
        var sorted = page.Descending
            ? both.OrderByDescending(s => s.Duration).ThenByDescending(s => s.SessionId)
            : both.OrderBy(s => s.Duration).ThenBy(s => s.SessionId);
        var ids = await sorted.Skip(page.Offset).Take(page.Rows).Select(s => s.SessionId).ToListAsync(cancellationToken);
        var found = await db.GetTable<SessionRow>()
            .Where(s => ids.Contains(s.SessionId))
            .ToDictionaryAsync(s => s.SessionId, cancellationToken);
        return [.. ids.Where(found.ContainsKey).Select(id => found[id])];
    }

    private async Task<IReadOnlyList<SessionSummary>> Summaries(
        DataConnection db,
        IReadOnlyList<SessionRow> rows,
        CancellationToken cancellationToken
    )
    {
        if (rows.Count == 0)
            return [];
        var ids = rows.Select(row => row.SessionId).ToList();
        var shares = await db.GetTable<ShareRow>().Where(share => ids.Contains(share.SessionId)).ToListAsync(cancellationToken);
        return _reader.Summaries(rows, shares, clock.GetUtcNow());
    }

    private sealed class Sortable(IQueryable<SessionRow> rows, bool descending) : ISortableRows<IQueryable<SessionRow>>
    {
        public IQueryable<SessionRow> By<TKey>(Expression<Func<SessionRow, TKey>> column, (TKey Key, string SessionId)? after) =>
            rows.By(column, descending, after);
    }
}
