using Chatbox.Actors.Index;
using Chatbox.Messages;
using Chatbox.Node.Endpoints.Access;

namespace Chatbox.Node.Endpoints.Sessions;

/// <summary>What changes sessions: ending and erasing are the session's to decide, shares belong to the index.</summary>
internal sealed class SessionChanges(ISessionIndex index, SessionAccess access, ISessionCommands commands)
{
    // The session is asked, not the index: it knows its owner, and the index may be a moment behind.
    public async Task<IResult> End(HttpContext http, string id)
    {
        if (!SessionId.TryParse(id, out var session))
            return SessionEndpoints.NoSession;
        var outcome = await commands.End(session, http.Caller().UserId, http.RequestAborted);
        return Answer(outcome, SessionReads.Json(new StatusBody { Status = "ended" }, ReadableJson.Sessions.StatusBody));
    }

    public async Task<IResult> Erase(HttpContext http, string id)
    {
        if (!SessionId.TryParse(id, out var session))
            return SessionEndpoints.NoSession;
        var caller = http.Caller();
        var asAdmin = false;
        if (caller.IsAdmin)
        {
            var found = await access.Find(caller, id, "session.erase", "", http.RequestAborted);
            asAdmin = found is not null && found.UserId != caller.UserId;
        }

        return Answer(await commands.Erase(session, caller.UserId, asAdmin, http.RequestAborted), Results.NoContent());
    }

    public async Task<IResult> Share(HttpContext http, string id)
    {
        if (
            await access.FindOwn(http.Caller(), id, http.RequestAborted) is not { } session
            || await index.Share(session.SessionId, http.RequestAborted) is not { } token
        )
            return SessionEndpoints.NoSession;
        return SessionReads.Json(new ShareBody { ShareToken = token }, ReadableJson.Sessions.ShareBody);
    }

    public async Task<IResult> Unshare(HttpContext http, string id)
    {
        if (await access.FindOwn(http.Caller(), id, http.RequestAborted) is not { } session)
            return SessionEndpoints.NoSession;
        await index.RevokeShare(session.SessionId, http.RequestAborted);
        return Results.NoContent();
    }

    /// <summary>What is said of a command to a session.</summary>
    public static IResult Answer(CommandOutcome outcome, IResult done) =>
        outcome switch
        {
            CommandOutcome.Done => done,
            CommandOutcome.NotFound => SessionEndpoints.NoSession,
            _ => ErrorResponse.Unavailable("The session does not answer right now. Trying again does no harm."),
        };
}
