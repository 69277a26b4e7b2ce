using System.Globalization;
using System.Text;
using Chatbox.Actors.Index;

namespace Chatbox.Node.Stores.Index;

/// <summary>The last row of a page, after which the next page begins.</summary>
/// <param name="At">Ticks of the first page: durations of active sessions stay the same on all pages.</param>
/// <param name="Value">Value of the sorted column: a number, or text for <see cref="SessionOrder.UserId"/>.</param>
internal sealed record ListCursor(SessionOrder Order, bool Descending, long At, string SessionId, string Value)
{
    private const char Separator = ' ';
    private const int Parts = 5;

    public long Number => long.Parse(Value, CultureInfo.InvariantCulture);

    /// <summary>The cursor as text, opaque to clients and safe in a URL.</summary>
    public string Write()
    {
        var text = string.Join(Separator, (int)Order, Descending ? 1 : 0, At.ToString(CultureInfo.InvariantCulture), SessionId, Value);
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }

    /// <summary>The cursor of a query; null for the first page.</summary>
    /// <exception cref="ArgumentException">The limit, the cursor with an offset, or a search without a user is not allowed.</exception>
    /// <exception cref="FormatException">The cursor belongs to another query.</exception>
    public static ListCursor? Of(SessionQuery query)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, IndexRowReader.MostAtOnce, nameof(query));
        ArgumentOutOfRangeException.ThrowIfNegative(query.Offset, nameof(query));
        if (query.Cursor is not null && query.Offset > 0)
            throw new ArgumentException("A page begins at a cursor or at an offset, not at both.", nameof(query));
        if (query.Search is not null && query.UserId is null)
            throw new ArgumentException("A search needs a user.", nameof(query));
        if (query.Cursor is null)
            return null;
        return Read(query.Cursor, query) ?? throw new FormatException("The cursor belongs to another query.");
    }

    /// <summary>The value of a row in the sorted column.</summary>
    /// <param name="at">End of the durations of active sessions, in ticks.</param>
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

    /// <summary>Reads a cursor; null if it is invalid or belongs to another query.</summary>
    public static ListCursor? Read(string text, SessionQuery query)
    {
        var base64 = text.Replace('-', '+').Replace('_', '/');
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '='), bytes, out var length))
            return null;
        // The value is the last part, because a user id may contain the separator.
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
