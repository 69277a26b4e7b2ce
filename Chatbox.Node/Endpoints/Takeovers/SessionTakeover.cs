using System.Text.Json;
using Akka.Hosting;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sessions;
using Chatbox.Messages;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Endpoints.Sessions;
using Chatbox.Node.Identity;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Node.Endpoints.Takeovers;

/// <summary>
/// Takes sessions over, gives them back and offers them to other admins, for REST. The session decides, so that of two admins on two nodes one
/// gets it. The audit record is stored first.
/// </summary>
internal sealed class SessionTakeover(
    SessionAccess access,
    IRequiredActor<SessionActor> sessions,
    ConnectionOptions options,
    TimeProvider clock
)
{
    private const string AdminIdField = "admin_id";
    private const string Ended = "Takeover ended successfully";

    public Task<IResult> TakeOver(HttpContext http, string id) => TakeOver(http, http.Caller(), id);

    /// <param name="holder">The admin who is to hold the session.</param>
    public Task<IResult> TakeOver(HttpContext http, TokenIdentity holder, string id) =>
        Carry(
            http,
            id,
            AuditKind.SessionTakeover,
            http.Caller().UserId == holder.UserId ? "" : $"holder={holder.UserId}",
            (session, command) => new TakeOver(session, command, holder.UserId, holder.Name),
            holder,
            "Takeover initiated successfully"
        );

    public Task<IResult> Leave(HttpContext http, string id) =>
        Carry(
            http,
            id,
            AuditKind.SessionLeave,
            "",
            (session, command) => new LeaveTakeover(session, command, http.Caller().UserId),
            http.Caller(),
            Ended
        );

    /// <summary>Ends the takeover of whoever holds the session.</summary>
    public Task<IResult> Release(HttpContext http, string id) =>
        Carry(
            http,
            id,
            AuditKind.SessionRelease,
            "",
            (session, command) => new LeaveTakeover(session, command, http.Caller().UserId) { ByOperator = true },
            http.Caller(),
            Ended
        );

    public async Task<IResult> Transfer(HttpContext http, string id)
    {
        var body = await OptionalBody.Read(http, AdminIdField);
        if (body.Refusal is { } unreadable)
            return unreadable;
        if (
            body.Fields is not { } fields
            || !fields.TryGetProperty(AdminIdField, out var given)
            || given.ValueKind != JsonValueKind.String
            || !UserDisconnection.IsPlain(given.GetString()!)
        )
            return QueryValues.Refuse(AdminIdField, UserDisconnection.Expected);
        var to = new UserId(given.GetString()!);
        var caller = http.Caller();
        return await Carry(
            http,
            id,
            AuditKind.SessionTransfer,
            $"to={to}",
            (session, command) => new OfferTransfer(session, command, caller.UserId, to),
            caller,
            "Transfer offered successfully"
        );
    }

    /// <summary>Sends a command to a session that exists.</summary>
    /// <param name="action">One of <see cref="AuditKind"/>.</param>
    /// <param name="detail">Details for the audit trail, without content.</param>
    /// <param name="admin">Whom the response names.</param>
    /// <param name="done">The sentence of the response.</param>
    private async Task<IResult> Carry(
        HttpContext http,
        string id,
        string action,
        string detail,
        Func<SessionId, CommandId, IAdminCommand> commandOf,
        TokenIdentity admin,
        string done
    )
    {
        if (await access.Find(http, id, action, detail) is not { } found)
            return SessionEndpoints.NoSession;
        if (found.UserId == admin.UserId)
            return ErrorResponse.BadRequest("An admin cannot take over the admin's own session.");
        var command = commandOf(found.SessionId, CommandId.NewAtEdge());
        var reply = await sessions.ActorRef.AskUntilAnswered(command, options, clock, http.RequestAborted);
        return reply switch
        {
            CommandAccepted => SessionReads.Json(
                new TakeoverBody
                {
                    Success = true,
                    Message = done,
                    SessionId = found.SessionId.Value,
                    AdminId = admin.UserId.Value,
                },
                TakeoverJson.Default.TakeoverBody
            ),
            CommandRefused refused => Refuse(refused),
            _ => SessionChanges.Answer(CommandOutcome.Unanswered, Results.NoContent()),
        };
    }

    private static ErrorResponse Refuse(CommandRefused refused) =>
        refused.Reason switch
        {
            Refusal.HeldByAnother => ErrorResponse.BadRequest(
                refused.Holder is { } holder ? $"{holder.Name} already holds this session." : "Another admin already holds this session."
            ),
            Refusal.NotHolder => ErrorResponse.BadRequest("This session is not held by the caller."),
            Refusal.Ended when refused.Ending is not Ending.Gone => ErrorResponse.BadRequest("This session has ended."),
            Refusal.Ended or Refusal.NotFound => SessionEndpoints.NoSession,
            _ => ErrorResponse.Unavailable("The session cannot do this right now. It is safe to try again."),
        };
}
