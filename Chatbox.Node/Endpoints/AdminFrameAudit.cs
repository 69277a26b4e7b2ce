using Chatbox.Actors.Connections.Socket;
using Chatbox.Actors.Index;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Node.Endpoints.Access;

namespace Chatbox.Node.Endpoints;

/// <summary>
/// Records what an admin is about to do in the session of another user over a socket, before it has an effect. If the record cannot be
/// stored, the frame is refused and can be sent again.
/// </summary>
/// <param name="owner">The user whose session it is.</param>
internal sealed class AdminFrameAudit(AuditLog audit, HttpContext http, SessionId session, UserId owner) : IFrameGate
{
    public async ValueTask<FrameRefusal?> Admit(ClientFrame frame)
    {
        if (KindOf(frame) is not { } kind)
            return null;
        try
        {
            await audit.Record(http, kind, session, owner, frame is ClientFrame.AdminTransfer transfer ? $"to={transfer.To}" : "");
            return null;
        }
        catch (IndexUnavailableException)
        {
            return new FrameRefusal(ErrorCode.DatabaseError, "This could not be recorded. Please try again.", null, frame.Id);
        }
    }

    private static string? KindOf(ClientFrame frame) =>
        frame switch
        {
            ClientFrame.AdminJoin => AuditKind.SessionTakeover,
            ClientFrame.AdminLeave => AuditKind.SessionLeave,
            ClientFrame.AdminTransfer => AuditKind.SessionTransfer,
            ClientFrame.AdminDecline => AuditKind.SessionDecline,
            ClientFrame.UserMessage => AuditKind.SessionWrite,
            ClientFrame.Note => AuditKind.SessionNote,
            _ => null,
        };
}
