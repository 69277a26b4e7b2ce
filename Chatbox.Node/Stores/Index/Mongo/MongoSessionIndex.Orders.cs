using System.Linq.Expressions;
using Chatbox.Actors.Index;
using MongoDB.Driver;

namespace Chatbox.Node.Stores.Index.Mongo;

/// <summary>Orders of sessions that a page can go on from without counting the documents before it.</summary>
internal sealed partial class MongoSessionIndex
{
    private IFindFluent<SessionRow, SessionRow> Ordered(FilterDefinition<SessionRow> matching, SessionQuery query, ListCursor? cursor)
    {
        var number = cursor is null || query.OrderBy == SessionOrder.UserId ? null : ((long, string)?)(cursor.Number, cursor.SessionId);
        var text = cursor is null ? null : ((string, string)?)(cursor.Value, cursor.SessionId);
        var count = number is var (value, id) ? ((int)Math.Clamp(value, int.MinValue, int.MaxValue), id) : ((int, string)?)null;
        return query.OrderBy switch
        {
            SessionOrder.StartTime => By(matching, s => s.StartTime, query.Descending, number),
            SessionOrder.EndTime => By(matching, s => s.EndTime, query.Descending, number),
            SessionOrder.LastActivity => By(matching, s => s.LastActivity, query.Descending, number),
            SessionOrder.MessageCount => By(matching, s => s.MessageCount, query.Descending, count),
            SessionOrder.TotalTokens => By(matching, s => s.TotalTokens, query.Descending, number),
            SessionOrder.UserId => By(matching, s => s.UserId, query.Descending, text),
            _ => throw new ArgumentOutOfRangeException(nameof(query), query.OrderBy, "There is no such order."),
        };
    }

    /// <summary>Sorted by a key and then the id, both in the same direction, and only what comes after a place.</summary>
    private IFindFluent<SessionRow, SessionRow> By<TKey>(
        FilterDefinition<SessionRow> matching,
        Expression<Func<SessionRow, TKey>> key,
        bool descending,
        (TKey Key, string SessionId)? after
    )
    {
        // A range of the key first: that is where the order's index is entered.
        if (after is var (last, id))
            matching &= descending
                ? Where.Lte(key, last) & (Where.Lt(key, last) | Where.Lt(s => s.SessionId, id))
                : Where.Gte(key, last) & (Where.Gt(key, last) | Where.Gt(s => s.SessionId, id));
        var field = new ExpressionFieldDefinition<SessionRow>(key);
        var sort = Builders<SessionRow>.Sort;
        return _rows
            .Sessions.Find(matching)
            .Sort(descending ? sort.Descending(field).Descending(s => s.SessionId) : sort.Ascending(field).Ascending(s => s.SessionId));
    }

    /// <summary>
    /// The duration of ended sessions stands in an index; that of active ones grows, and there are few of those. Each kind is sorted by
    /// itself, and only as far as the page needs.
    /// </summary>
    private async Task<List<SessionRow>> ByDuration(
        FilterDefinition<SessionRow> matching,
        SessionQuery query,
        ListCursor? cursor,
        long at,
        CancellationToken cancellationToken
    )
    {
        var after = cursor is null ? null : ((long?, string)?)(cursor.Number, cursor.SessionId);
        var needed = query.Offset + query.Limit + 1;
        var ended = await By(matching & Where.Ne(s => s.Duration, null), s => s.Duration, query.Descending, after)
            .Limit(needed)
            .ToListAsync(cancellationToken);
        var active = await ActiveByDuration(matching, query.Descending, cursor, at).Limit(needed).ToListAsync(cancellationToken);
        var both = ended.Concat(active).Select(row => (Row: row, Duration: row.Duration ?? at - row.StartTime));
        var sorted = query.Descending
            ? both.OrderByDescending(s => s.Duration).ThenByDescending(s => s.Row.SessionId, StringComparer.Ordinal)
            : both.OrderBy(s => s.Duration).ThenBy(s => s.Row.SessionId, StringComparer.Ordinal);
        return [.. sorted.Skip(query.Offset).Take(query.Limit + 1).Select(s => s.Row)];
    }

    /// <summary>Who began first has lasted longest.</summary>
    private IFindFluent<SessionRow, SessionRow> ActiveByDuration(
        FilterDefinition<SessionRow> matching,
        bool descending,
        ListCursor? cursor,
        long at
    )
    {
        matching &= Where.Eq(s => s.EndTime, IndexTime.Never);
        if (cursor is not null)
        {
            var (border, id) = (at - cursor.Number, cursor.SessionId);
            matching &= descending
                ? Where.Gte(s => s.StartTime, border) & (Where.Gt(s => s.StartTime, border) | Where.Lt(s => s.SessionId, id))
                : Where.Lte(s => s.StartTime, border) & (Where.Lt(s => s.StartTime, border) | Where.Gt(s => s.SessionId, id));
        }

        var found = _rows.Sessions.Find(matching);
        return descending
            ? found.SortBy(s => s.StartTime).ThenByDescending(s => s.SessionId)
            : found.SortByDescending(s => s.StartTime).ThenBy(s => s.SessionId);
    }
}
