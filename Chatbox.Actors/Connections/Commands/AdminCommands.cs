using Chatbox.Messages;
using Chatbox.Messages.Frames;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Connections.Commands;

/// <summary>The frames of an admin, who looks at another user's session, as commands to that session.</summary>
internal static class AdminCommands
{
    /// <summary>The command that a frame asks for.</summary>
    /// <param name="name">The admin's name, which the user is shown.</param>
    /// <exception cref="InvalidOperationException">The frame is none with which an admin asks a session for something.</exception>
    public static ClientCommand From(ClientFrame frame, UserId admin, string name, TimeProvider clock)
    {
        var (id, named, takenAt) = (frame.Id ?? CommandId.NewAtEdge(), frame.Id is not null, clock.GetTimestamp());
        var now = clock.GetUtcNow();
        Func<SessionId, IAdminCommand> forSession = frame switch
        {
            ClientFrame.UserMessage m => session => new SubmitAdminMessage(
                session,
                id,
                named,
                admin,
                m.Content,
                m.Metadata,
                m.SentAt ?? now
            ),
            ClientFrame.Note n => session => new AddNote(session, id, named, admin, name, n.Content),
            ClientFrame.AdminJoin => session => new TakeOver(session, id, admin, name) { Named = named },
            ClientFrame.AdminLeave => session => new LeaveTakeover(session, id, admin) { Named = named },
            ClientFrame.AdminTransfer t => session => new OfferTransfer(session, id, admin, t.To) { Named = named },
            ClientFrame.AdminDecline => session => new DeclineTransfer(session, id, admin) { Named = named },
            _ => throw new InvalidOperationException($"No session handles {frame.GetType().Name} of an admin."),
        };
        return new ClientCommand(id, (session, _, _) => forSession(session))
        {
            Named = named,
            CountsAsMessage = frame is ClientFrame.UserMessage or ClientFrame.Note,
            TakenAt = takenAt,
            Files = (frame as ClientFrame.UserMessage)?.Files,
        };
    }
}
