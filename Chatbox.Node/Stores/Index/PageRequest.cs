using System.Linq.Expressions;
using Chatbox.Actors.Index;

namespace Chatbox.Node.Stores.Index;

/// <summary>Rows of a store that can be sorted by any column and read from any place on.</summary>
/// <typeparam name="TRows">The store's own kind of query.</typeparam>
internal interface ISortableRows<out TRows>
{
    /// <summary>The rows by a column and then by session id, both in the same direction, after a place if there is one.</summary>
    TRows By<TKey>(Expression<Func<SessionRow, TKey>> column, (TKey Key, string SessionId)? after);
}

/// <summary>One page of a list of sessions: where it begins, how it is sorted, and what follows it. The same for every store.</summary>
internal sealed class PageRequest
{
    private readonly SessionQuery _query;
    private readonly ListCursor? _cursor;

    private PageRequest(SessionQuery query, ListCursor? cursor, long now)
    {
        (_query, _cursor) = (query, cursor);
        At = cursor?.At ?? now;
    }

    /// <summary>
    /// The moment, in ticks, at which active sessions' durations are taken: the time of the first page, so that a list keeps its order.
    /// </summary>
    public long At { get; }

    /// <summary>Rows to read: one more than the page holds, because that row tells whether another page follows.</summary>
    public int Rows => _query.Limit + 1;

    /// <summary>Rows before the page that are to be skipped.</summary>
    public int Offset => _query.Offset;

    public bool Descending => _query.Descending;

    public bool IsByDuration => _query.OrderBy == SessionOrder.Duration;

    /// <summary>The row before the page, by a numeric column; null for the first page.</summary>
    public (long Key, string SessionId)? After => _cursor is null ? null : (_cursor.Number, _cursor.SessionId);

    /// <exception cref="ArgumentException">The limit, the cursor with an offset, or a search without a user is not allowed.</exception>
    /// <exception cref="FormatException">The cursor belongs to another query.</exception>
    public static PageRequest For(SessionQuery query, DateTimeOffset now) => new(query, ListCursor.Of(query), now.UtcTicks);

    /// <summary>The rows in the order of the query, except for <see cref="SessionOrder.Duration"/>, which no column holds.</summary>
    public TRows Sort<TRows>(ISortableRows<TRows> rows) =>
        _query.OrderBy switch
        {
            SessionOrder.StartTime => rows.By(s => s.StartTime, After),
            SessionOrder.EndTime => rows.By(s => s.EndTime, After),
            SessionOrder.LastActivity => rows.By(s => s.LastActivity, After),
            SessionOrder.MessageCount => rows.By(s => s.MessageCount, AfterCount()),
            SessionOrder.TotalTokens => rows.By(s => s.TotalTokens, After),
            SessionOrder.UserId => rows.By(s => s.UserId, _cursor is null ? null : (_cursor.Value, _cursor.SessionId)),
            _ => throw new InvalidOperationException($"Rows cannot be sorted by {_query.OrderBy}."),
        };

    /// <summary>The page, with the cursor of the next page if there is one.</summary>
    /// <param name="rows">Up to <see cref="Rows"/> rows.</param>
    /// <param name="summarize">Opens the rows of the page.</param>
    public async Task<SessionPage> ToPage(
        IReadOnlyList<SessionRow> rows,
        int? total,
        Func<IReadOnlyList<SessionRow>, Task<IReadOnlyList<SessionSummary>>> summarize
    )
    {
        var page = rows.Take(_query.Limit).ToList();
        return new SessionPage(await summarize(page), rows.Count > _query.Limit ? CursorAfter(page[^1]) : null, total);
    }

    /// <summary>The page of a search that can find nothing.</summary>
    public SessionPage Empty() => new([], null, _query.CountTotal ? 0 : null);

    private string CursorAfter(SessionRow row) =>
        new ListCursor(_query.OrderBy, _query.Descending, At, row.SessionId, ListCursor.KeyOf(row, _query.OrderBy, At)).Write();

    private (int Key, string SessionId)? AfterCount() =>
        After is var (number, id) ? ((int)Math.Clamp(number, int.MinValue, int.MaxValue), id) : null;
}
