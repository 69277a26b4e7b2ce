using Chatbox.Actors.Index;
using MongoDB.Driver;

namespace Chatbox.Node.Stores.Index.Mongo;

/// <summary>Lists of sessions. They read no message.</summary>
internal sealed partial class MongoSessionIndex
{
    private static readonly FilterDefinitionBuilder<SessionRow> Where = Builders<SessionRow>.Filter;

    public Task<SessionPage> List(SessionQuery query, CancellationToken cancellationToken)
    {
        var cursor = ListCursor.Of(query);
        return Guard(() => List(query, cursor, cancellationToken));
    }

    private async Task<SessionPage> List(SessionQuery query, ListCursor? cursor, CancellationToken cancellationToken)
    {
        var at = cursor?.At ?? clock.GetUtcNow().UtcTicks;
        if (await Filter(query, cancellationToken) is not { } matching)
            return new SessionPage([], null, query.CountTotal ? 0 : null);

        var total = query.CountTotal ? (int)await _rows.Sessions.CountDocumentsAsync(matching, null, cancellationToken) : (int?)null;
        // One more than asked for says whether there is another page.
        var rows =
            query.OrderBy == SessionOrder.Duration
                ? await ByDuration(matching, query, cursor, at, cancellationToken)
                : await Ordered(matching, query, cursor).Skip(query.Offset).Limit(query.Limit + 1).ToListAsync(cancellationToken);
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
        return new SessionPage(await Summaries(page, cancellationToken), next, total);
    }

    /// <summary>Null if the search holds nothing that could be found.</summary>
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

    /// <summary>The owner's sessions in which all words stand, by one query: no more than one person has. Null if there are no words.</summary>
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
            // A word has a hash by each key that has sealed anything: one of them is enough.
            matching.AddRange(
                sessions
                    .Current.Where(s => hashes.TrueForAll(word => word.Any(hash => s.Words.Any(hash.SequenceEqual))))
                    .Select(s => s.Session)
            );
        }

        return matching;
    }

    private async Task<IReadOnlyList<SessionSummary>> Summaries(IReadOnlyList<SessionRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
            return [];
        var shared = await _rows
            .Shares.Find(Builders<ShareRow>.Filter.In(share => share.SessionId, rows.Select(row => row.SessionId)))
            .ToListAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var good = shared.Where(share => share.IsGoodAt(now)).ToDictionary(share => share.SessionId);
        return [.. rows.Select(row => _reader.Summary(row, good.GetValueOrDefault(row.SessionId)))];
    }
}
