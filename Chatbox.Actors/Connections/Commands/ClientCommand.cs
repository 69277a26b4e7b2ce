using System.Diagnostics;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Connections.Commands;

/// <summary>A client's frame on its way to the session: once per id, the client's own or one made here.</summary>
/// <param name="Named">The id is the client's, which waits for its <c>ack</c>.</param>
/// <param name="ForSession">The command for a session, with what the user's limits say and the user's permission.</param>
/// <param name="KeepsActive">The command never makes a session the active one.</param>
/// <param name="CountsAsMessage">The message limit applies; the limit of commands otherwise.</param>
/// <param name="Span">From the frame to the session's reply; null if nobody traces, and for what leads to no answer.</param>
internal sealed record ClientCommand(
    CommandId Id,
    bool Named,
    Func<SessionId, Admission, Permission, IIdentifiedCommand> ForSession,
    bool KeepsActive,
    bool CountsAsMessage,
    Activity? Span
)
{
    /// <summary>
    /// If its session has ended for good it goes to another one, and takes the socket there. Only a message does: whoever stops, chooses or
    /// asks again means the conversation on the screen.
    /// </summary>
    public bool MovesOn { get; init; }

    /// <summary>Names this frame's admission to the user's limits. The id does not: a client may send it again, over another socket too.</summary>
    public long Attempt { get; } = Random.Shared.NextInt64();

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
                    (session, admission, permission) =>
                        new SubmitMessage(session, id, named, user, m.Content, m.Metadata, m.SentAt ?? now, admission)
                        {
                            TraceParent = said?.Id,
                            Permission = permission,
                        },
                    KeepsActive: false,
                    CountsAsMessage: true,
                    said
                )
                {
                    MovesOn = true,
                };
            case ClientFrame.Regenerate:
                var again = Tracing.Begin("receive regenerate", ActivityKind.Server, null);
                return new ClientCommand(
                    id,
                    named,
                    (session, admission, permission) =>
                        new RegenerateAnswer(session, id, named, user, admission) { TraceParent = again?.Id, Permission = permission },
                    KeepsActive: false,
                    CountsAsMessage: true,
                    again
                );
            case ClientFrame.ModelSelect m:
                return new ClientCommand(
                    id,
                    named,
                    (session, _, permission) => new SelectModel(session, id, named, user, m.ModelId) { Permission = permission },
                    KeepsActive: false,
                    CountsAsMessage: false,
                    Span: null
                );
            case ClientFrame.Stop m:
                return new ClientCommand(
                    id,
                    named,
                    (session, _, permission) =>
                        new StopAnswer(session, id, named, user) { Permission = permission, MessageId = m.MessageId },
                    KeepsActive: true,
                    CountsAsMessage: false,
                    Span: null
                );
            default:
                throw new InvalidOperationException($"No session handles {frame.GetType().Name}.");
        }
    }
}
