using System.Diagnostics;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Connections;

/// <summary>A client's frame on its way to the session: once per id, the client's own or one made here.</summary>
/// <param name="Named">The id is the client's, which waits for its <c>ack</c>.</param>
/// <param name="ForSession">The command for a session, with what the user's limits say.</param>
/// <param name="NeedsAdmission">The user is asked first: it may make the session the active one.</param>
/// <param name="CountsAsMessage">The message limit applies.</param>
/// <param name="Span">From the frame to the session's reply; null if nobody traces, and for what leads to no answer.</param>
internal sealed record ClientCommand(
    CommandId Id,
    bool Named,
    Func<SessionId, Admission, ISessionCommand> ForSession,
    bool NeedsAdmission,
    bool CountsAsMessage,
    Activity? Span
)
{
    /// <exception cref="InvalidOperationException">The frame is not one that a session handles.</exception>
    public static ClientCommand From(ClientFrame frame, UserId user, DateTimeOffset now)
    {
        var named = frame.Id is not null;
        var id = frame.Id ?? CommandId.NewAtEdge();
        switch (frame)
        {
            case ClientFrame.UserMessage m:
                var said = Tracing.Begin("receive user_message", ActivityKind.Server, null);
                return new ClientCommand(
                    id,
                    named,
                    (session, admission) =>
                        new SubmitMessage(session, id, named, user, m.Content, m.Metadata, m.SentAt ?? now, admission)
                        {
                            TraceParent = said?.Id,
                        },
                    NeedsAdmission: true,
                    CountsAsMessage: true,
                    said
                );
            case ClientFrame.Regenerate:
                var again = Tracing.Begin("receive regenerate", ActivityKind.Server, null);
                return new ClientCommand(
                    id,
                    named,
                    (session, admission) => new RegenerateAnswer(session, id, named, user, admission) { TraceParent = again?.Id },
                    NeedsAdmission: true,
                    CountsAsMessage: true,
                    again
                );
            case ClientFrame.ModelSelect m:
                return new ClientCommand(
                    id,
                    named,
                    (session, _) => new SelectModel(session, id, named, user, m.ModelId),
                    NeedsAdmission: true,
                    CountsAsMessage: false,
                    Span: null
                );
            case ClientFrame.Stop:
                return new ClientCommand(
                    id,
                    named,
                    (session, _) => new StopAnswer(session, id, named, user),
                    NeedsAdmission: false,
                    CountsAsMessage: false,
                    Span: null
                );
            default:
                throw new InvalidOperationException($"No session handles {frame.GetType().Name}.");
        }
    }
}
