using System.Globalization;
using System.Text;
using Chatbox.Actors.Index;

namespace Chatbox.Node.Stores.Index;

/// <summary>The last row of a page: where the next one begins.</summary>
/// <param name="At">Ticks of the first page, so that the durations of active sessions do not grow while somebody turns pages.</param>
/// <param name="Value">Of the column that orders the list; a number, or for <see cref="SessionOrder.UserId"/> text.</param>
internal sealed record ListCursor(SessionOrder Order, bool Descending, long At, string SessionId, string Value)
{
    private const char Separator = ' ';
    private const int Parts = 5;

    public long Number => long.Parse(Value, CultureInfo.InvariantCulture);

    /// <summary>Opaque to clients, and safe in an address.</summary>
    public string Write()
    {
        var text = string.Join(Separator, (int)Order, Descending ? 1 : 0, At.ToString(CultureInfo.InvariantCulture), SessionId, Value);
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }

    /// <summary>The query's own cursor, or null if it begins at the beginning.</summary>
    /// <exception cref="ArgumentException">The query cannot be: its limit, a cursor and an offset, a search without a user.</exception>
    /// <exception cref="FormatException">The cursor is not one of this query's.</exception>
    public static ListCursor? Of(SessionQuery query)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, IndexRowReader.MostAtOnce, nameof(query));
        ArgumentOutOfRangeException.ThrowIfNegative(query.Offset, nameof(query));
        if (query.Cursor is not null && query.Offset > 0)
            throw new ArgumentException("A page begins at a cursor or at an offset, not at both.", nameof(query));
        if (query.Search is not null && query.UserId is null)
            throw new ArgumentException("A search is for one user's sessions.", nameof(query));
        if (query.Cursor is null)
            return null;
        return Read(query.Cursor, query) ?? throw new FormatException("The cursor is not of this query.");
    }

    /// <summary>The value by which a row stands in an order.</summary>
    /// <param name="at">Until when the durations of active sessions count, in ticks.</param>
    public static string KeyOf(SessionRow row, SessionOrder order, long at) =>
        order == SessionOrder.UserId
            ? row.UserId
            : (
                order switch
                {
                    SessionOrder.StartTime => row.StartTime,
                    SessionOrder.EndTime => row.EndTime,
                    SessionOrder.LastActivity => row.LastActivity,
                    SessionOrder.Duration => row.Duration ?? at - row.StartTime,
                    SessionOrder.MessageCount => row.MessageCount,
                    _ => row.TotalTokens,
                }
            ).ToString(CultureInfo.InvariantCulture);

    /// <summary>Null for anything but the cursor of such a query.</summary>
    public static ListCursor? Read(string text, SessionQuery query)
    {
        var base64 = text.Replace('-', '+').Replace('_', '/');
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '='), bytes, out var length))
            return null;
        // The value last: a user id may hold the separator.
        var parts = Encoding.UTF8.GetString(bytes, 0, length).Split(Separator, Parts);
        if (
            parts.Length != Parts
            || parts[0] != ((int)query.OrderBy).ToString(CultureInfo.InvariantCulture)
            || parts[1] != (query.Descending ? "1" : "0")
            || !long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            || (query.OrderBy != SessionOrder.UserId && !long.TryParse(parts[4], CultureInfo.InvariantCulture, out _))
        )
            return null;
        return new ListCursor(query.OrderBy, query.Descending, at, parts[3], parts[4]);
    }
}
