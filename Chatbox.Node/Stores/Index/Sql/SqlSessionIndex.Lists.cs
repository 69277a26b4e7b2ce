using Chatbox.Actors.Index;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>Lists of sessions. They read no message.</summary>
internal sealed partial class SqlSessionIndex
{
    public Task<SessionPage> List(SessionQuery query, CancellationToken cancellationToken)
    {
        var cursor = ListCursor.Of(query);
        return Read(db => List(db, query, cursor, cancellationToken));
    }

    private async Task<SessionPage> List(DataConnection db, SessionQuery query, ListCursor? cursor, CancellationToken cancellationToken)
    {
        var at = cursor?.At ?? clock.GetUtcNow().UtcTicks;
        if (Filter(db, query) is not { } matching)
            return new SessionPage([], null, query.CountTotal ? 0 : null);

        var total = query.CountTotal ? await matching.CountAsync(cancellationToken) : (int?)null;
        // One more than asked for says whether there is another page.
        var rows =
            query.OrderBy == SessionOrder.Duration
                ? await ByDuration(db, matching, query, cursor, at, cancellationToken)
                : await Ordered(matching, query, cursor).Skip(query.Offset).Take(query.Limit + 1).ToListAsync(cancellationToken);
        var page = rows.Take(query.Limit).ToList();
        var next =
            rows.Count > query.Limit
                ? new ListCursor(
                    query.OrderBy,
                    query.Descending,
                    at,
                    page[^1].SessionId,
                    ListCursor.KeyOf(page[^1], query.OrderBy, at)
                ).Write()
                : null;
        return new SessionPage(await Summaries(db, page, cancellationToken), next, total);
    }

    /// <summary>Null if the search holds nothing that could be found.</summary>
    private IQueryable<SessionRow>? Filter(DataConnection db, SessionQuery query)
    {
        IQueryable<SessionRow> rows = db.GetTable<SessionRow>();
        if (query.UserId is { } user)
            rows = rows.Where(s => s.UserId == user.Value);
        if (query.Active is { } active)
            rows = active ? rows.Where(s => s.EndTime == IndexTime.Never) : rows.Where(s => s.EndTime != IndexTime.Never);
        if (query.AdminAssisted is { } assisted)
            rows = rows.Where(s => s.AdminAssisted == assisted);
        if (query.HelpRequested is { } requested)
            rows = rows.Where(s => s.HelpRequested == requested);
        if (query.StartedFrom is { } from)
            rows = rows.Where(s => s.StartTime >= from.UtcTicks);
        if (query.StartedTo is { } to)
            rows = rows.Where(s => s.StartTime <= to.UtcTicks);
        return query.Search is null ? rows : Search(db, rows, query.UserId!.Value.Value, query.Search);
    }

    private IQueryable<SessionRow>? Search(DataConnection db, IQueryable<SessionRow> rows, string owner, string search)
    {
        var words = SearchWords.OfQuery(search);

        // Long words are rare: a session without one of them is not asked for the others.
        foreach (var word in words.OrderByDescending(word => word.Length))
        {
            var hashes = cipher.WordHashes(owner, word);
            rows = rows.Where(s =>
                db.GetTable<WordRow>().Any(w => w.UserId == owner && hashes.Contains(w.Word) && w.SessionId == s.SessionId)
            );
        }

        return words.Count == 0 ? null : rows;
    }

    private static IQueryable<SessionRow> Ordered(IQueryable<SessionRow> rows, SessionQuery query, ListCursor? cursor)
    {
        var number = cursor is null || query.OrderBy == SessionOrder.UserId ? null : ((long, string)?)(cursor.Number, cursor.SessionId);
        var text = cursor is null ? null : ((string, string)?)(cursor.Value, cursor.SessionId);
        var count = number is var (value, id) ? ((int)Math.Clamp(value, int.MinValue, int.MaxValue), id) : ((int, string)?)null;
        return query.OrderBy switch
        {
            SessionOrder.StartTime => rows.By(s => s.StartTime, query.Descending, number),
            SessionOrder.EndTime => rows.By(s => s.EndTime, query.Descending, number),
            SessionOrder.LastActivity => rows.By(s => s.LastActivity, query.Descending, number),
            SessionOrder.MessageCount => rows.By(s => s.MessageCount, query.Descending, count),
            SessionOrder.TotalTokens => rows.By(s => s.TotalTokens, query.Descending, number),
            SessionOrder.UserId => rows.By(s => s.UserId, query.Descending, text),
            _ => throw new ArgumentOutOfRangeException(nameof(query), query.OrderBy, "There is no such order."),
        };
    }

    /// <summary>
    /// The duration of ended sessions stands in an index; that of active ones grows, and there are few of those. Each kind is sorted by
    /// itself, and only as far as the page needs.
    /// </summary>
    private static async Task<List<SessionRow>> ByDuration(
        DataConnection db,
        IQueryable<SessionRow> rows,
        SessionQuery query,
        ListCursor? cursor,
        long at,
        CancellationToken cancellationToken
    )
    {
        var after = cursor is null ? null : ((long, string)?)(cursor.Number, cursor.SessionId);
        var needed = query.Offset + query.Limit + 1;
        var ended = rows.Where(s => s.Duration != null).By(s => s.Duration!.Value, query.Descending, after).Take(needed);
        var active = rows.Where(s => s.EndTime == IndexTime.Never).By(s => at - s.StartTime, query.Descending, after).Take(needed);
        var both = ended
            .Select(s => new { s.SessionId, Duration = s.Duration!.Value })
            .Concat(active.Select(s => new { s.SessionId, Duration = at - s.StartTime }));
        var sorted = query.Descending
            ? both.OrderByDescending(s => s.Duration).ThenByDescending(s => s.SessionId)
            : both.OrderBy(s => s.Duration).ThenBy(s => s.SessionId);
        var ids = await sorted.Skip(query.Offset).Take(query.Limit + 1).Select(s => s.SessionId).ToListAsync(cancellationToken);
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
        var now = clock.GetUtcNow();
        var shares = await db.GetTable<ShareRow>().Where(share => ids.Contains(share.SessionId)).ToListAsync(cancellationToken);
        var good = shares.Where(share => share.IsGoodAt(now)).ToDictionary(share => share.SessionId);
        return [.. rows.Select(row => _rows.Summary(row, good.GetValueOrDefault(row.SessionId)))];
    }
}
