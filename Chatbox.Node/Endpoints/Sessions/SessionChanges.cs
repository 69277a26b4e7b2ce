using Chatbox.Actors.Index;
using Chatbox.Messages.Frames;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Bodies;

namespace Chatbox.Node.Endpoints.Sessions;

/// <summary>Handles requests that change sessions. Sessions themselves decide about ending and erasing; shares are in the index.</summary>
internal sealed class SessionChanges(
    ISessionIndex index,
    SessionAccess access,
    ISessionCommands commands,
    ICommandLimit limit,
    TimeProvider clock
)
{
    // The session decides, because the index may be late. The gate drops ids that neither the index nor the user knows: waking a session
    // for them would leave rows in the journal.
    public async Task<IResult> End(HttpContext http, string id)
    {
        if (!PlacedSessionId.TryParse(id, out var session))
            return SessionEndpoints.NoSession;
        if (await RefuseOverLimit(http) is { } refusal)
            return refusal;
        var outcome = await commands.End(session, http.Caller().UserId, http.RequestAborted);
        if (outcome == CommandOutcome.NotFound)
            await access.NoteRefused(http.Caller(), session, http.RequestAborted);
        return Answer(outcome, SessionReads.Json(new StatusBody { Status = "ended" }, ReadableJson.Sessions.StatusBody));
    }

    // As with the end, the session decides.
    public async Task<IResult> Rename(HttpContext http, string id)
    {
        if (!PlacedSessionId.TryParse(id, out var session))
            return SessionEndpoints.NoSession;
        if (await RefuseOverLimit(http) is { } tooMany)
            return tooMany;
        var body = await OptionalBody.Read(http, RenameRequest.NameField);
        if (body.Refusal is { } unreadable)
            return unreadable;
        var (name, refusal) = RenameRequest.Read(body.Fields);
        if (refusal is not null)
            return refusal;
        var outcome = await commands.Rename(session, http.Caller().UserId, name, http.RequestAborted);
        if (outcome == CommandOutcome.NotFound)
            await access.NoteRefused(http.Caller(), session, http.RequestAborted);
        var renamed = new NameBody { SessionId = session.Value, Name = name };
        return Answer(outcome, SessionReads.Json(renamed, ReadableJson.Sessions.NameBody));
    }

    public async Task<IResult> Erase(HttpContext http, string id)
    {
        if (!PlacedSessionId.TryParse(id, out var session))
            return SessionEndpoints.NoSession;
        if (await RefuseOverLimit(http) is { } refusal)
            return refusal;
        var caller = http.Caller();
        var asAdmin = false;
        if (caller.IsAdmin)
        {
            var found = await access.Find(http, id, AuditKind.SessionErase);
            asAdmin = found is not null && (http.IsByOperator() || found.UserId != caller.UserId);
        }

        var outcome = await commands.Erase(session, caller.UserId, asAdmin, http.RequestAborted);
        if (outcome == CommandOutcome.NotFound)
            await access.NoteRefused(caller, session, http.RequestAborted);
        return Answer(outcome, Results.NoContent());
    }

    public async Task<IResult> Share(HttpContext http, string id)
    {
        if (await RefuseOverLimit(http) is { } tooMany)
            return tooMany;
        var body = await OptionalBody.Read(http, ShareRequest.InField, ShareRequest.AtField);
        if (body.Refusal is { } unreadable)
            return unreadable;
        var (expiry, refusal) = ShareRequest.Read(body.Fields, clock.GetUtcNow());
        if (refusal is not null)
            return refusal;
        if (
            await access.FindOwn(http.Caller(), id, http.RequestAborted) is not { } session
            || await index.Share(session.SessionId, expiry, http.RequestAborted) is not { } link
        )
            return SessionEndpoints.NoSession;
        return SessionReads.Json(
            new ShareBody { ShareToken = link.Token, ExpiresAt = link.ExpiresAt is { } end ? Rfc3339.Format(end) : null },
            ReadableJson.Sessions.ShareBody
        );
    }

    public async Task<IResult> Unshare(HttpContext http, string id)
    {
        if (await RefuseOverLimit(http) is { } refusal)
            return refusal;
        if (await access.FindOwn(http.Caller(), id, http.RequestAborted) is not { } session)
            return SessionEndpoints.NoSession;
        await index.RevokeShare(session.SessionId, http.RequestAborted);
        return Results.NoContent();
    }

    /// <summary>Counts a command; null accepts it. Commands are limited, because each of them may store a permanent row.</summary>
    private async Task<IResult?> RefuseOverLimit(HttpContext http)
    {
        var allowance = await limit.Count(http.Caller().UserId, http.RequestAborted);
        if (allowance.Unanswered)
            return Answer(CommandOutcome.Unanswered, Results.NoContent());
        return allowance.RetryAfter is { } wait ? new RateLimitedResponse(wait, "Too many commands by this user.") : null;
    }

    /// <summary>The response to the outcome of a command.</summary>
    public static IResult Answer(CommandOutcome outcome, IResult done) =>
        outcome switch
        {
            CommandOutcome.Done => done,
            CommandOutcome.NotFound => SessionEndpoints.NoSession,
            _ => ErrorResponse.Unavailable("The session does not respond right now. It is safe to try again."),
        };
}
