using System.Text.Json.Serialization.Metadata;
using Chatbox.Actors.Files;
using Chatbox.Actors.Index;
using Chatbox.Messages;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Bodies;

namespace Chatbox.Node.Endpoints.Sessions;

/// <summary>Handles requests that read sessions, from the index only, without waking sessions.</summary>
internal sealed class SessionReads(
    ISessionIndex index,
    SessionAccess access,
    IIndexCatchUp catchUp,
    TimeProvider clock,
    IFileAddresses? addresses = null
)
{
    private const int ListLimit = 100;

    /// <summary>Clients of the replaced service send no limit, and expect the whole conversation.</summary>
    private const int HistoryLimit = QueryValues.MaxLimit;

    public async Task<IResult> List(HttpContext http, string? limit, string? cursor, string? q)
    {
        if (!QueryValues.TryLimit(limit, ListLimit, out var rows))
            return QueryValues.Refuse(nameof(limit), "a whole number");
        if (q?.Length > QueryValues.MaxSearch)
            return QueryValues.Refuse(nameof(q), $"at most {QueryValues.MaxSearch} characters");
        if (q is not null && SearchWords.OfQuery(q).Count > QueryValues.MaxSearchWords)
            return QueryValues.Refuse(
                nameof(q),
                $"at most {QueryValues.MaxSearchWords} different words (in scripts without spaces each pair of neighbours is a word)"
            );

        var reader = http.Caller().UserId;
        var query = new SessionQuery(
            UserId: reader,
            Search: string.IsNullOrWhiteSpace(q) ? null : q,
            Limit: rows,
            Cursor: string.IsNullOrEmpty(cursor) ? null : cursor
        );
        SessionPage page;
        await catchUp.Wait(reader, http.RequestAborted);
        try
        {
            page = await index.List(query, http.RequestAborted);
        }
        catch (FormatException)
        {
            return QueryValues.Refuse(nameof(cursor), "the next_cursor of a page of the same list");
        }

        var now = clock.GetUtcNow();
        return Json(
            new SessionListBody
            {
                Sessions = [.. page.Sessions.Select(session => SessionBody.Of(session, reader, now))],
                UserId = reader.Value,
                Count = page.Sessions.Count,
                Limit = rows,
                Truncated = page.Next is not null,
                NextCursor = page.Next,
            },
            ReadableJson.Sessions.SessionListBody
        );
    }

    public async Task<IResult> Read(HttpContext http, string id, string? beforeSeq, string? limit)
    {
        if (RefusePlace(beforeSeq, limit, out var before, out var rows) is { } refusal)
            return refusal;
        var detail = $"before_seq={before} limit={rows}";
        if (await access.Find(http, id, AuditKind.SessionRead, detail) is not { } session)
            return SessionEndpoints.NoSession;
        var page = await History.Page(index, session.SessionId, before, rows, IsForAdmin(http, session), addresses, http.RequestAborted);
        return Json(
            new HistoryBody
            {
                SessionId = session.SessionId.Value,
                Name = session.Name,
                ModelId = session.ModelId.Value,
                IsActive = session.IsActive,
                AssistingAdminName = session.AssistingAdminName,
                Messages = page.Messages,
                NextBeforeSeq = page.NextBeforeSeq,
            },
            ReadableJson.Sessions.HistoryBody
        );
    }

    public async Task<IResult> Export(HttpContext http, string id)
    {
        if (await access.Find(http, id, AuditKind.SessionExport) is not { } session)
            return SessionEndpoints.NoSession;
        var write = await new ExportWriter(index, session.SessionId, IsForAdmin(http, session), addresses).Prepare(http.RequestAborted);
        return new Download(
            session.SessionId,
            response => write(SessionBody.Of(session, http.Caller().UserId, clock.GetUtcNow()), response)
        );
    }

    public async Task<IResult> Shared(HttpContext http, string token, string? beforeSeq, string? limit)
    {
        // No cache may keep the response, because a revoked or expired token must stop working at once.
        http.Response.Headers.CacheControl = "no-store";
        if (RefusePlace(beforeSeq, limit, out var before, out var rows) is { } refusal)
            return refusal;
        // A share token has the format of a session id; other texts need no look-up.
        if (!SessionId.TryParse(token, out _) || await index.FindShared(token, http.RequestAborted) is not { } session)
            return ErrorResponse.NotFound("Nothing is shared at this address, or not any more.");
        await catchUp.Wait(session.SessionId, http.RequestAborted);
        var page = await History.Page(index, session.SessionId, before, rows, withNotes: false, addresses, http.RequestAborted);
        return Json(
            new SharedBody
            {
                SessionId = session.SessionId.Value,
                Name = session.Name,
                Messages = [.. page.Messages.Select(message => message.ForSharing())],
                NextBeforeSeq = page.NextBeforeSeq,
            },
            ReadableJson.Sessions.SharedBody
        );
    }

    /// <summary>Only admins find sessions of others. To an owner, an admin too is a user.</summary>
    private static bool IsForAdmin(HttpContext http, SessionSummary session) =>
        http.IsByOperator() || session.UserId != http.Caller().UserId;

    private static ErrorResponse? RefusePlace(string? beforeSeq, string? limit, out long? before, out int rows)
    {
        rows = HistoryLimit;
        if (!QueryValues.TrySeq(beforeSeq, out before))
            return QueryValues.Refuse("before_seq", "a whole number of at least 1");
        return QueryValues.TryLimit(limit, HistoryLimit, out rows) ? null : QueryValues.Refuse(nameof(limit), "a whole number");
    }

    internal static IResult Json<T>(T body, JsonTypeInfo<T> type) => Results.Json(body, type, ErrorResponse.JsonType);

    /// <summary>A response that streams a document as a file download.</summary>
    private sealed class Download(SessionId session, Func<HttpResponse, Task<bool>> write) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.ContentType = ErrorResponse.JsonType;
            httpContext.Response.Headers.ContentDisposition = $"attachment; filename=\"chatbox-{session}.json\"";
            if (!await write(httpContext.Response))
                httpContext.Abort();
        }
    }
}
