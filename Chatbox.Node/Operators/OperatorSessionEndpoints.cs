using Chatbox.Actors.Index;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Endpoints.Sessions;

namespace Chatbox.Node.Operators;

/// <summary>
/// Lists, reads, ends and erases sessions of all users. The audit trail records each access under the name of the operator.
/// </summary>
internal sealed class OperatorSessionEndpoints(
    ISessionIndex index,
    SessionAccess access,
    SessionReads reads,
    SessionChanges changes,
    ISessionCommands commands,
    AuditLog audit
)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/sessions", List);
        app.MapGet("/sessions/{id}", (HttpContext http, string id, string? limit) => reads.Read(http, id, null, limit));
        app.MapGet("/sessions/{id}/export", (HttpContext http, string id) => reads.Export(http, id));
        app.MapDelete("/sessions/{id}", (HttpContext http, string id) => changes.Erase(http, id));
        app.MapPost("/sessions/{id}/end", End);
    }

    private async Task<IResult> List(HttpContext http, string? user, bool? active, string? limit, string? cursor)
    {
        if (!QueryValues.TryLimit(limit, 20, out var rows))
            return QueryValues.Refuse(nameof(limit), "a whole number");
        try
        {
            var query = new SessionQuery(UserId: user is null ? null : new UserId(user), Active: active, Limit: rows, Cursor: cursor);
            await audit.Record(http, AuditKind.SessionList, null, query.UserId, $"limit={rows}");
            var page = await index.List(query, http.RequestAborted);
            // Without names, because they are made of content.
            return OperatorAnswers.Json(new OperatorSessionsBody([.. page.Sessions.Select(Row)], page.Next));
        }
        catch (FormatException)
        {
            return QueryValues.Refuse(nameof(cursor), "the next_cursor of a page of the same list");
        }
    }

    private async Task<IResult> End(HttpContext http, string id)
    {
        if (await access.Find(http, id, AuditKind.SessionEnd) is not { } session)
            return SessionEndpoints.NoSession;
        var outcome = await commands.End(session.SessionId, session.UserId, http.RequestAborted);
        return SessionChanges.Answer(outcome, OperatorAnswers.Json(new AcceptedBody("ended")));
    }

    private static OperatorSessionBody Row(SessionSummary session) =>
        new(
            session.SessionId.Value,
            session.UserId.Value,
            session.ModelId.Value,
            session.IsActive,
            session.MessageCount,
            Rfc3339.Format(session.StartTime),
            Rfc3339.Format(session.LastActivity)
        );
}
