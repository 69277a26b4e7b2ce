using Chatbox.Actors.Index;
using Chatbox.Messages;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Endpoints.Sessions;

namespace Chatbox.Node.Endpoints.Administration;

/// <summary>
/// Handles administrators' requests for lists of sessions and for metrics, from the index only. Names of sessions are content, so an audit record
/// of the list is stored first.
/// </summary>
internal sealed class AdminReads(ISessionIndex index, AuditLog audit, TimeProvider clock)
{
    // A fetch of the older dashboard names none of these.
    private static readonly string[] EnvelopeFields = ["limit", "offset", "cursor", "envelope"];

    public async Task<IResult> List(HttpContext http)
    {
        var query = http.Request.Query;
        if (!AdminQueries.TryList(query, out var list, out var refusal))
            return refusal;
        await Audit(http, list.UserId, list);
        if (await Page(list, http.RequestAborted) is not { } page)
            return RefuseCursor();
        var sessions = Bodies(page, http.Caller().UserId);
        if (http.Request.Headers["Sec-Fetch-Dest"] == "empty" && !EnvelopeFields.Any(query.ContainsKey))
            return SessionReads.Json(sessions, ReadableAdminJson.Bodies.IReadOnlyListSessionBody);
        return SessionReads.Json(
            new AdminSessionsBody
            {
                Sessions = sessions,
                Count = sessions.Count,
                Limit = list.Limit,
                Offset = list.Offset,
                Total = page.Total ?? sessions.Count,
                NextCursor = page.Next,
            },
            ReadableAdminJson.Bodies.AdminSessionsBody
        );
    }

    /// <summary>The newest sessions of a user, at most <see cref="QueryValues.MaxLimit"/>.</summary>
    public async Task<IResult> OfUser(HttpContext http, string user)
    {
        var list = new SessionQuery(UserId: new UserId(user), Limit: QueryValues.MaxLimit);
        await Audit(http, list.UserId, list);
        var page = await index.List(list, http.RequestAborted);
        return SessionReads.Json(Bodies(page, http.Caller().UserId), ReadableAdminJson.Bodies.IReadOnlyListSessionBody);
    }

    public async Task<IResult> Metrics(HttpContext http)
    {
        if (AdminQueries.Span(http.Request.Query, clock.GetUtcNow(), out var refusal) is not var (start, end))
            return refusal!;
        var metrics = await index.Metrics(start, end, http.RequestAborted);
        return SessionReads.Json(AdminMetricsBody.Of(metrics, start, end), ReadableAdminJson.Bodies.AdminMetricsBody);
    }

    private async Task<SessionPage?> Page(SessionQuery list, CancellationToken cancellationToken)
    {
        try
        {
            return await index.List(list, cancellationToken);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static ErrorResponse RefuseCursor() => QueryValues.Refuse("cursor", "the next_cursor of a page of the same list");

    private IReadOnlyList<SessionBody> Bodies(SessionPage page, UserId reader)
    {
        var now = clock.GetUtcNow();
        return [.. page.Sessions.Select(session => SessionBody.ForAdmins(session, reader, now))];
    }

    private Task Audit(HttpContext http, UserId? user, SessionQuery list) =>
        audit.Record(
            http,
            AuditKind.SessionList,
            null,
            user,
            $"limit={list.Limit} offset={list.Offset}{(list.Cursor is null ? "" : " cursor")}"
        );
}
