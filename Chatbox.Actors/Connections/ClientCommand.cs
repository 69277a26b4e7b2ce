using Chatbox.Messages;
using Chatbox.Messages.Frames;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Connections;

/// <summary>A client's frame on its way to the session: once per id, the client's own or one made here.</summary>
/// <param name="Named">The id is the client's, which waits for its <c>ack</c>.</param>
/// <param name="ForSession">The command for a session, with what the user's limits say.</param>
/// <param name="NeedsAdmission">The user is asked first: it may make the session the active one.</param>
/// <param name="CountsAsMessage">The message limit applies.</param>
internal sealed record ClientCommand(
    CommandId Id,
    bool Named,
    Func<SessionId, Admission, ISessionCommand> ForSession,
    bool NeedsAdmission,
    bool CountsAsMessage
)
{
    /// <exception cref="InvalidOperationException">The frame is not one that a session handles.</exception>
    public static ClientCommand From(ClientFrame frame, UserId user, DateTimeOffset now)
    {
        var named = frame.Id is not null;
        var id = frame.Id ?? CommandId.NewAtEdge();
        return frame switch
        {
            ClientFrame.UserMessage m => new ClientCommand(
                id,
                named,
                (session, admission) => new SubmitMessage(session, id, named, user, m.Content, m.Metadata, m.SentAt ?? now, admission),
                NeedsAdmission: true,
                CountsAsMessage: true
            ),
            ClientFrame.ModelSelect m => new ClientCommand(
                id,
                named,
                (session, _) => new SelectModel(session, id, named, user, m.ModelId),
                true,
                false
            ),
            ClientFrame.Stop => new ClientCommand(id, named, (session, _) => new StopAnswer(session, id, named, user), false, false),
            _ => throw new InvalidOperationException($"No session handles {frame.GetType().Name}."),
        };
    }
}
