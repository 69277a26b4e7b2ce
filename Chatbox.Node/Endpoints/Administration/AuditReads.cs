using System.Diagnostics.CodeAnalysis;
using Chatbox.Actors.Index;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Endpoints.Sessions;

namespace Chatbox.Node.Endpoints.Administration;

/// <summary>Reads and checks the audit trail, for REST and for operators. Reading it is itself audited, before anything is shown.</summary>
internal sealed class AuditReads(IAuditTrail trail, AuditLog audit)
{
    /// <summary>Maximum number of records that one request checks.</summary>
    private const int MostChecked = 10_000;

    private const int ListLimit = 100;
    private const int MaxId = 255;

    public async Task<IResult> List(HttpContext http)
    {
        if (!TryQuery(http.Request.Query, out var query, out var refusal))
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

    private static bool TryQuery(
        IQueryCollection parameters,
        [NotNullWhen(true)] out AuditQuery? query,
        [NotNullWhen(false)] out ErrorResponse? refusal
    )
    {
        query = null;
        var (actor, user) = (AdminQueries.Text(parameters, "admin_id"), AdminQueries.Text(parameters, "user_id"));
        var (kind, named) = (AdminQueries.Text(parameters, "kind"), AdminQueries.Text(parameters, "session_id"));
        var session = default(SessionId);
        refusal =
            actor?.Length > MaxId ? QueryValues.Refuse("admin_id", $"at most {MaxId} characters")
            : user?.Length > MaxId ? QueryValues.Refuse("user_id", $"at most {MaxId} characters")
            : named is not null && !PlacedSessionId.TryParse(named, out session) ? QueryValues.Refuse("session_id", "the id of a session")
            : kind is not null && !AuditKind.All.Contains(kind) ? QueryValues.Refuse("kind", $"one of {string.Join(", ", AuditKind.All)}")
            : null;
        DateTimeOffset? from = null;
        refusal ??= AdminQueries.Moment(parameters, "start_time", isEnd: false, out from);
        DateTimeOffset? to = null;
        refusal ??= AdminQueries.Moment(parameters, "end_time", isEnd: true, out to);
        if (!QueryValues.TryLimit(AdminQueries.Text(parameters, "limit"), ListLimit, out var limit))
            refusal ??= QueryValues.Refuse("limit", "a whole number");
        if (refusal is not null)
            return false;
        query = new AuditQuery(
            actor is null ? null : new UserId(actor),
            kind,
            named is null ? null : session,
            user is null ? null : new UserId(user),
            from,
            to,
            limit,
            AdminQueries.Text(parameters, "cursor")
        );
        return true;
    }
}
