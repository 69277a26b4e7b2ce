using Chatbox.Actors.Files;
using Chatbox.Actors.Index;
using Chatbox.Messages;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Endpoints.Sessions;

namespace Chatbox.Node.Endpoints.Administration;

/// <summary>
/// Erases all sessions of a user, in steps of bounded size, and then the files that the user has uploaded and not sent. An interrupted erasure goes on with the next request, because erased sessions are no
/// longer listed. An audit record of the user, and one of each session, is stored first.
/// </summary>
/// <param name="files">Null on a node without files.</param>
internal sealed class UserErasure(
    ISessionIndex index,
    ISessionCommands commands,
    IIndexCatchUp catchUp,
    AuditLog audit,
    IFileLibrary? files = null
)
{
    /// <summary>Maximum number of sessions that one request erases.</summary>
    public const int MostAtOnce = 100;

    public async Task<IResult> Erase(HttpContext http, string user)
    {
        if (!UserDisconnection.IsPlain(user))
            return QueryValues.Refuse("The user's id", UserDisconnection.Expected);
        var (id, admin, cancellationToken) = (new UserId(user), http.Caller().UserId, http.RequestAborted);
        await audit.Record(http, AuditKind.UserErase, null, id);
        await catchUp.Wait(id, cancellationToken);
        var page = await index.List(new SessionQuery(UserId: id, Limit: MostAtOnce), cancellationToken);
        var erased = 0;
        foreach (var session in page.Sessions)
        {
            await audit.Record(http, AuditKind.SessionErase, session.SessionId, id);
            switch (await commands.Erase(session.SessionId, admin, asAdmin: session.UserId != admin, cancellationToken))
            {
                case CommandOutcome.Done:
                    erased++;
                    break;
                case CommandOutcome.NotFound:
                    break; // erased by somebody else in the meantime
                default:
                    return SessionChanges.Answer(CommandOutcome.Unanswered, Results.NoContent());
            }
        }

        if (page.Next is null && files is not null)
            await files.ReleaseUnsent(id, cancellationToken);
        return SessionReads.Json(
            new UserErasedBody
            {
                UserId = user,
                Erased = erased,
                Complete = page.Next is null,
            },
            ReadableAdminJson.Bodies.UserErasedBody
        );
    }
}
