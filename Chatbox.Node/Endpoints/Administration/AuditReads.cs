using Chatbox.Actors.Index;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Endpoints.Sessions;

namespace Chatbox.Node.Endpoints.Administration;

/// <summary>Reads and checks the audit trail, for REST and for operators. Reading it is itself audited, before anything is shown.</summary>
internal sealed class AuditReads(IAuditTrail trail, AuditLog audit)
{
    /// <summary>Maximum number of records that one request checks.</summary>
    private const int MostChecked = 10_000;

    public async Task<IResult> List(HttpContext http)
    {
        var parameters = new ListParameters(http.Request.Query);
        var query = QueryOf(parameters);
        if (parameters.Refusal is { } refusal)
            return refusal;
        await audit.Record(http, AuditKind.AuditList, null, null, DetailOf(query));
        AuditPage page;
        try
        {
            page = await trail.List(query, http.RequestAborted);
        }
        catch (FormatException)
        {
            return QueryValues.Refuse("cursor", "the next_cursor of a page of the same list");
        }

        return SessionReads.Json(
            new AuditBody
            {
                Records = [.. page.Entries.Select(AuditRecordBody.Of)],
                Count = page.Entries.Count,
                Limit = query.Limit,
                NextCursor = page.Next,
                Head = (await trail.Head(http.RequestAborted))?.ToString(),
            },
            ReadableAuditJson.Bodies.AuditBody
        );
    }

    /// <summary>Checks up to <see cref="MostChecked"/> records after the parameter <c>after</c>.</summary>
    public async Task<IResult> Verify(HttpContext http)
    {
        var after = AuditHead.None;
        if (AdminQueries.Text(http.Request.Query, "after") is { } text && !AuditHead.TryParse(text, out after))
            return QueryValues.Refuse("after", "a number, a dot and 64 hexadecimal digits, as in head and through");
        IndexUnavailableException? unrecorded = null;
        try
        {
            await audit.Record(http, AuditKind.AuditVerify, null, null, after.Number == 0 ? "" : $"after={after.Number}");
        }
        catch (IndexUnavailableException e)
        {
            unrecorded = e;
        }

        // Nothing can be appended to a chain that is broken at its head. The check says so, and shows nothing else.
        var check = await trail.Check(after, MostChecked, http.RequestAborted);
        if (unrecorded is not null && check.Break is null)
            throw unrecorded;
        return SessionReads.Json(AuditCheckBody.Of(check), ReadableAuditJson.Bodies.AuditCheckBody);
    }

    // The filters are in the detail: a record is about a session only if somebody touched the session.
    private static string DetailOf(AuditQuery query) =>
        string.Join(
            ' ',
            new[]
            {
                $"limit={query.Limit}",
                query.Actor is { } actor ? $"admin={actor}" : null,
                query.SessionId is { } session ? $"session={session}" : null,
                query.UserId is { } user ? $"user={user}" : null,
                query.Cursor is null ? null : "cursor",
            }.OfType<string>()
        );

    private static AuditQuery QueryOf(ListParameters parameters)
    {
        var actor = parameters.User("admin_id");
        var user = parameters.User("user_id");
        var session = parameters.Session("session_id");
        var kind = parameters.OneOf("kind", AuditKind.All, $"one of {string.Join(", ", AuditKind.All)}");
        var (from, to) = (parameters.Moment("start_time", isEnd: false), parameters.Moment("end_time", isEnd: true));
        return new AuditQuery(actor, kind, session, user, from, to, parameters.Limit(), parameters.Cursor);
    }
}
