using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Chatbox.Messages;
using MongoDB.Driver;

namespace Chatbox.Node.Stores.Index.Mongo;

/// <summary>Finds sessions and lists them page by page, without reading messages.</summary>
internal sealed class MongoSessionLists(MongoIndexAccess access, IContentCipher cipher, TimeProvider clock)
{
    private static readonly FilterDefinitionBuilder<SessionRow> Where = Builders<SessionRow>.Filter;

    private readonly MongoIndexCollections _rows = access.Rows;
    private readonly IndexRowReader _reader = new(new SealedColumns(cipher));

    public Task<SessionSummary?> Find(SessionId session, CancellationToken cancellationToken) =>
        MongoIndexAccess.Guard(async () =>
            await _rows.Sessions.Find(s => s.SessionId == session.Value).FirstOrDefaultAsync(cancellationToken) is { } row
                ? (await Summaries([row], cancellationToken))[0]
                : null
        );

    public Task<SessionPage> List(SessionQuery query, CancellationToken cancellationToken)
    {
        var page = PageRequest.For(query, clock.GetUtcNow());
        return MongoIndexAccess.Guard(async () =>
        {
            if (await Filter(query, cancellationToken) is not { } matching)
                return page.Empty();
            var total = query.CountTotal ? (int)await _rows.Sessions.CountDocumentsAsync(matching, null, cancellationToken) : (int?)null;
            var rows = page.IsByDuration
                ? await ByDuration(matching, page, cancellationToken)
                : await page.Sort(new MongoSortableRows(_rows.Sessions, matching, page.Descending))
                    .Skip(page.Offset)
                    .Limit(page.Rows)
                    .ToListAsync(cancellationToken);
            return await page.ToPage(rows, total, shown => Summaries(shown, cancellationToken));
        });
    }

    public Task<IReadOnlyList<IdleSession>> IdleSince(
        DateTimeOffset moment,
        IdleSession? after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var idle = Where.Eq(s => s.EndTime, IndexTime.Never) & Where.Lte(s => s.LastActivity, moment.UtcTicks);
        var place = after is null ? null : ((long, string)?)(after.LastActivity.UtcTicks, after.SessionId.Value);
        var sorted = new MongoSortableRows(_rows.Sessions, idle, descending: false).By(s => s.LastActivity, place);
        return MongoIndexAccess.Guard(async () =>
        {
            var rows = await sorted.Limit(limit).ToListAsync(cancellationToken);
            return (IReadOnlyList<IdleSession>)
                rows.ConvertAll(row => new IdleSession(new SessionId(row.SessionId), IndexRowReader.Moment(row.LastActivity)));
        });
    }

    /// <summary>The filter of the query; null if the search has no searchable word.</summary>
    private async Task<FilterDefinition<SessionRow>?> Filter(SessionQuery query, CancellationToken cancellationToken)
    {
        var filter = Where.Empty;
        if (query.UserId is { } user)
            filter &= Where.Eq(s => s.UserId, user.Value);
        if (query.Active is { } active)
            filter &= active ? Where.Eq(s => s.EndTime, IndexTime.Never) : Where.Lt(s => s.EndTime, IndexTime.Never);
        if (query.AdminAssisted is { } assisted)
            filter &= Where.Eq(s => s.AdminAssisted, assisted);
        if (query.HelpRequested is { } requested)
            filter &= Where.Eq(s => s.HelpRequested, requested);
        if (query.StartedFrom is { } from)
            filter &= Where.Gte(s => s.StartTime, from.UtcTicks);
        if (query.StartedTo is { } to)
            filter &= Where.Lte(s => s.StartTime, to.UtcTicks);
        if (query.Search is null)
            return filter;
        return await Search(query.UserId!.Value.Value, query.Search, cancellationToken) is { } found
            ? filter & Where.In(s => s.SessionId, found)
            : null;
    }

    /// <summary>
    /// The owner's sessions that hold all words, by one query: the result is no larger than what one person has. Null if there are no words.
    /// </summary>
    private async Task<IReadOnlyList<string>?> Search(string owner, string search, CancellationToken cancellationToken)
    {
        var hashes = SearchWords.OfQuery(search).Select(word => cipher.WordHashes(owner, word)).ToList();
        if (hashes.Count == 0)
            return null;
        var any =
            Builders<WordRow>.Filter.Eq(w => w.UserId, owner) & Builders<WordRow>.Filter.In(w => w.Word, hashes.SelectMany(word => word));
        var found = _rows
            .Words.Aggregate()
            .Match(any)
            .Group(w => w.SessionId, rows => new { Session = rows.Key, Words = rows.Select(w => w.Word) });
        using var sessions = await found.ToCursorAsync(cancellationToken);
        var matching = new List<string>();
        while (await sessions.MoveNextAsync(cancellationToken))
        {
            // A word has one hash for each key; a session holds the word if it holds any of its hashes.
            matching.AddRange(
                sessions
                    .Current.Where(s => hashes.TrueForAll(word => word.Any(hash => s.Words.Any(hash.SequenceEqual))))
                    .Select(s => s.Session)
            );
        }

        return matching;
    }

    /// <summary>
    /// Durations of ended sessions are in an index; durations of the few active sessions grow. Both kinds are sorted apart, as far as the
    /// page needs, and then merged.
    /// </summary>
    private async Task<List<SessionRow>> ByDuration(
        FilterDefinition<SessionRow> matching,
        PageRequest page,
        CancellationToken cancellationToken
    )
    {
        var after = page.After is var (number, id) ? ((long?, string)?)(number, id) : null;
        var needed = page.Offset + page.Rows;
        var ended = await new MongoSortableRows(_rows.Sessions, matching & Where.Ne(s => s.Duration, null), page.Descending)
            .By(s => s.Duration, after)
            .Limit(needed)
            .ToListAsync(cancellationToken);
        var active = await ActiveByDuration(matching, page).Limit(needed).ToListAsync(cancellationToken);
        var both = ended.Concat(active).Select(row => (Row: row, Duration: row.Duration ?? page.At - row.StartTime));
        var sorted = page.Descending
            ? both.OrderByDescending(s => s.Duration).ThenByDescending(s => s.Row.SessionId, StringComparer.Ordinal)
            : both.OrderBy(s => s.Duration).ThenBy(s => s.Row.SessionId, StringComparer.Ordinal);
        return [.. sorted.Skip(page.Offset).Take(page.Rows).Select(s => s.Row)];
    }

    /// <summary>Active sessions by duration: the earliest start is the longest duration.</summary>
    private IFindFluent<SessionRow, SessionRow> ActiveByDuration(FilterDefinition<SessionRow> matching, PageRequest page)
    {
        matching &= Where.Eq(s => s.EndTime, IndexTime.Never);
        if (page.After is var (number, id))
        {
            var border = page.At - number;
            matching &= page.Descending
                ? Where.Gte(s => s.StartTime, border) & (Where.Gt(s => s.StartTime, border) | Where.Lt(s => s.SessionId, id))
                : Where.Lte(s => s.StartTime, border) & (Where.Lt(s => s.StartTime, border) | Where.Gt(s => s.SessionId, id));
        }

        var found = _rows.Sessions.Find(matching);
        return page.Descending
            ? found.SortBy(s => s.StartTime).ThenByDescending(s => s.SessionId)
            : found.SortByDescending(s => s.StartTime).ThenBy(s => s.SessionId);
    }

    private async Task<IReadOnlyList<SessionSummary>> Summaries(IReadOnlyList<SessionRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
            return [];
        var shares = await _rows
            .Shares.Find(Builders<ShareRow>.Filter.In(share => share.SessionId, rows.Select(row => row.SessionId)))
            .ToListAsync(cancellationToken);
        return _reader.Summaries(rows, shares, clock.GetUtcNow());
    }
}
