using Chatbox.Actors.Files;
using Chatbox.Actors.Index;
using Chatbox.Messages;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Sessions;
using Chatbox.Node.Identity;
using Chatbox.Node.Telemetry;

namespace Chatbox.Node.Endpoints.Files;

/// <summary>
/// Finds a file for those who may open it: its owner, the owner of a session that mentions it, and admins, whose access is audited before
/// they see anything. For everybody else the file does not exist.
/// </summary>
/// <param name="library">Null on a node without files.</param>
internal sealed class FilePermission(
    ISessionIndex index,
    IIndexCatchUp catchUp,
    AuditLog audit,
    SecurityEvents events,
    IFileLibrary? library = null
)
{
    /// <summary>The file, if the caller of the request may open it; null otherwise.</summary>
    public async Task<StoredFile?> Find(HttpContext http, string id)
    {
        if (!FileId.TryParse(id, out var file) || await Find(file, http.RequestAborted) is not { } found)
            return null;
        // Without an identity, the signed address has allowed the request.
        return http.Features.Get<TokenIdentity>() is not { } caller || await MayOpen(http, caller, found) ? found : null;
    }

    private async Task<StoredFile?> Find(FileId file, CancellationToken cancellationToken) =>
        library is null ? null : (await library.Find([file], cancellationToken)).SingleOrDefault();

    private async Task<bool> MayOpen(HttpContext http, TokenIdentity caller, StoredFile file)
    {
        if (file.Owner == caller.UserId)
            return true;
        var sessions = await library!.Sessions(file.Id, http.RequestAborted);
        foreach (var session in sessions)
            if (await IsOwn(caller.UserId, session, http.RequestAborted))
                return true;
        if (!caller.IsAdmin)
        {
            events.Report(SecurityEvent.ForeignFile, $"user {caller.UserId}", $"file {file.Id}");
            return false;
        }

        await audit.Record(http, AuditKind.FileRead, sessions.Count > 0 ? sessions[0] : null, file.Owner, $"file={file.Id}");
        return true;
    }

    private async Task<bool> IsOwn(UserId user, SessionId session, CancellationToken cancellationToken)
    {
        await catchUp.Wait(session, cancellationToken);
        return (await index.Find(session, cancellationToken))?.UserId == user;
    }
}
