using Chatbox.Actors.Index;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Identity;
using Chatbox.Node.Telemetry;

namespace Chatbox.Node.Endpoints.Sessions;

/// <summary>
/// Finds a session for its owner, and for admins, whose access is audited before they see anything. For everybody else the session does
/// not exist. Keeps the promise *mine* (docs/failure-modes.md).
/// </summary>
internal sealed class SessionAccess(ISessionIndex index, IIndexCatchUp catchUp, AuditLog audit, SecurityEvents events)
{
    /// <summary>The caller's own session; null for other ids.</summary>
    public async Task<SessionSummary?> FindOwn(TokenIdentity caller, string id, CancellationToken cancellationToken)
    {
        if (!PlacedSessionId.TryParse(id, out var session) || await Find(session, cancellationToken) is not { } found)
            return null;
        if (found.UserId == caller.UserId)
            return found;
        ReportForeign(caller, session);
        return null;
    }

    /// <summary>Reports a security event if the refused session exists and belongs to another user.</summary>
    public async Task NoteRefused(TokenIdentity caller, SessionId session, CancellationToken cancellationToken)
    {
        if (await index.Find(session, cancellationToken) is { } found && found.UserId != caller.UserId)
            ReportForeign(caller, session);
    }

    /// <summary>The session, if the caller is its owner, an admin or an operator; null otherwise.</summary>
    /// <param name="action">One of <see cref="AuditKind"/>.</param>
    /// <param name="detail">Details for the audit trail, without content.</param>
    public async Task<SessionSummary?> Find(HttpContext http, string id, string action, string detail = "")
    {
        var caller = http.Caller();
        if (!PlacedSessionId.TryParse(id, out var session) || await Find(session, http.RequestAborted) is not { } found)
            return null;
        if (found.UserId == caller.UserId && !http.IsByOperator())
            return found;
        if (!caller.IsAdmin)
        {
            ReportForeign(caller, session);
            return null;
        }

        await audit.Record(http, action, session, found.UserId, detail);
        return found;
    }

    private void ReportForeign(TokenIdentity caller, SessionId session) =>
        events.Report(SecurityEvent.ForeignSession, $"user {caller.UserId}", $"session {session}");

    private async Task<SessionSummary?> Find(SessionId session, CancellationToken cancellationToken)
    {
        await catchUp.Wait(session, cancellationToken);
        return await index.Find(session, cancellationToken);
    }
}
