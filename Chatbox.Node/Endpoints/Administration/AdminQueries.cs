using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Chatbox.Actors.Index;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Node.Endpoints.Bodies;

namespace Chatbox.Node.Endpoints.Administration;

/// <summary>Reads the query parameters of the administrators' lists and metrics. An empty parameter counts as absent. Refusals name the parameter.</summary>
internal static class AdminQueries
{
    private const int ListLimit = 100;
    private const int MaxUserId = 255;
    private const string Time = "a time like 2026-03-01T08:00:00Z";
    private const string TimeOrDay = Time + ", or a day like 2026-03-01";

    private static readonly Dictionary<string, SessionOrder> Orders = new(StringComparer.Ordinal)
    {
        ["start_time"] = SessionOrder.StartTime,
        ["end_time"] = SessionOrder.EndTime,
        ["last_activity"] = SessionOrder.LastActivity,
        ["duration"] = SessionOrder.Duration,
        ["message_count"] = SessionOrder.MessageCount,
        ["total_tokens"] = SessionOrder.TotalTokens,
        ["user_id"] = SessionOrder.UserId,
    };

    /// <summary>Reads the filters, the order and the page of a list; false with a refusal.</summary>
    public static bool TryList(
        IQueryCollection query,
        [NotNullWhen(true)] out SessionQuery? list,
        [NotNullWhen(false)] out ErrorResponse? refusal
    )
    {
        list = null;
        var user = Text(query, "user_id");
        var cursor = Text(query, "cursor");
        var (order, descending, offset) = (SessionOrder.StartTime, true, 0);
        bool? active = null;
        DateTimeOffset? from = null;
        refusal = user?.Length > MaxUserId ? QueryValues.Refuse("user_id", $"at most {MaxUserId} characters") : null;
        refusal ??= Choice(query, "status", "active", "ended", ref active);
        bool? assisted = null;
        refusal ??= Choice(query, "admin_assisted", "true", "false", ref assisted);
        bool? help = null;
        refusal ??= Choice(query, "help_requested", "true", "false", ref help);
        refusal ??= Bound(query, "start_time_from", "start_time", isEnd: false, out from);
        DateTimeOffset? to = null;
        refusal ??= Bound(query, "start_time_to", "end_time", isEnd: true, out to);
        if (Text(query, "sort_by") is { } by && !Orders.TryGetValue(by, out order))
            refusal ??= QueryValues.Refuse("sort_by", $"one of {string.Join(", ", Orders.Keys)}");
        bool? sort = null;
        refusal ??= Choice(query, "sort_order", "desc", "asc", ref sort);
        descending = sort ?? true;
        if (!QueryValues.TryLimit(Text(query, "limit"), ListLimit, out var limit))
            refusal ??= QueryValues.Refuse("limit", "a whole number");
        if (Text(query, "offset") is { } rows && !int.TryParse(rows, NumberStyles.None, CultureInfo.InvariantCulture, out offset))
            refusal ??= QueryValues.Refuse("offset", "a whole number of at least 0");
        if (cursor is not null && offset > 0)
            refusal ??= QueryValues.Refuse("offset", "absent or 0 with a cursor");
        if (refusal is not null)
            return false;

        list = new SessionQuery(
            UserId: user is null ? null : new UserId(user),
            Active: active,
            AdminAssisted: assisted,
            HelpRequested: help,
            StartedFrom: from,
            StartedTo: to,
            OrderBy: order,
            Descending: descending,
            Limit: limit,
            Offset: offset,
            Cursor: cursor,
            CountTotal: true
        );
        return true;
    }

    /// <summary>Reads a span of time, by default the 24 hours before its end, which is now by default; null with a refusal.</summary>
    public static (DateTimeOffset Start, DateTimeOffset End)? Span(IQueryCollection query, DateTimeOffset now, out ErrorResponse? refusal)
    {
        DateTimeOffset? to = null;
        refusal =
            Read(query, "start_time", daysToo: true, isEnd: false, out var from)
            ?? Read(query, "end_time", daysToo: true, isEnd: true, out to);
        if (refusal is not null)
            return null;
        var end = to ?? now;
        // Times near the first day of the calendar have no day before them.
        var start = from ?? (end - DateTimeOffset.MinValue > TimeSpan.FromDays(1) ? end.AddDays(-1) : DateTimeOffset.MinValue);
        if (start < end)
            return (start, end);
        refusal = QueryValues.Refuse("start_time", "before end_time");
        return null;
    }

    /// <summary>The value of a parameter; null if it is absent or empty.</summary>
    public static string? Text(IQueryCollection query, string name) => query[name].ToString() is { Length: > 0 } text ? text : null;

    /// <summary>Reads a time, or a day; null accepts it.</summary>
    /// <param name="isEnd">Whether a day stands for the moment at which it ends, instead of begins.</param>
    public static ErrorResponse? Moment(IQueryCollection query, string name, bool isEnd, out DateTimeOffset? moment) =>
        Read(query, name, daysToo: true, isEnd, out moment);

    private static ErrorResponse? Choice(IQueryCollection query, string name, string yes, string no, ref bool? choice)
    {
        var text = Text(query, name);
        if (text is null)
            return null;
        choice = text == yes;
        return text == yes || text == no ? null : QueryValues.Refuse(name, $"{yes} or {no}");
    }

    private static ErrorResponse? Bound(IQueryCollection query, string name, string alias, bool isEnd, out DateTimeOffset? moment)
    {
        if (Text(query, name) is not null)
            return Read(query, name, daysToo: false, isEnd, out moment);
        var refusal = Read(query, alias, daysToo: true, isEnd, out moment);
        // A list includes its last moment, and a day as its end means the whole day.
        if (isEnd && moment is { } end && IsDay(Text(query, alias)!, out _))
            moment = end.AddTicks(-1);
        return refusal;
    }

    /// <param name="isEnd">Whether a day stands for the moment at which it ends, instead of begins.</param>
    private static ErrorResponse? Read(IQueryCollection query, string name, bool daysToo, bool isEnd, out DateTimeOffset? moment)
    {
        moment = null;
        if (Text(query, name) is not { } text)
            return null;
        // A plus sign that a client does not escape arrives as a space.
        if (Rfc3339.TryParse(text, out var at) || Rfc3339.TryParse(text.Replace(' ', '+'), out at))
            moment = at;
        else if (daysToo && IsDay(text, out var day) && (!isEnd || day < DateOnly.MaxValue))
            moment = new DateTimeOffset((isEnd ? day.AddDays(1) : day).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        return moment is null ? QueryValues.Refuse(name, daysToo ? TimeOrDay : Time) : null;
    }

    private static bool IsDay(string text, out DateOnly day) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
}
