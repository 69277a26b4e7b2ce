using System.Diagnostics;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Connections.Commands;

/// <summary>A client's frame as a command that takes effect once per id, before it is known which session takes it.</summary>
/// <param name="Id">The client's id for the command, or an id made here for a client that gives none.</param>
/// <param name="ForSession">Makes the message to a session, with the verdict of the user's limits and the user's permission.</param>
internal sealed record ClientCommand(CommandId Id, Func<SessionId, Admission, Permission, IIdentifiedCommand> ForSession)
{
    /// <summary>The client gave the id, and waits for its <c>ack</c>.</summary>
    public bool Named { get; init; }

    /// <summary>
    /// A command whose session has ended for good goes to another session, and takes the socket there. True for messages only: stopping,
    /// choosing a model and regenerating refer to the conversation on the screen.
    /// </summary>
    public bool MovesOn { get; init; }

    /// <summary>The command never makes a session the active one.</summary>
    public bool NeverActivates { get; init; }

    /// <summary>The command counts against the limit of messages, rather than the limit of other commands.</summary>
    public bool CountsAsMessage { get; init; }

    /// <summary>The files that the command carries, which are claimed before a session takes it; null for none.</summary>
    public ClientFiles? Files { get; init; }

    /// <summary>When the frame arrived, as a timestamp of the monotonic clock: the deadline covers all steps of the command together.</summary>
    public long TakenAt { get; init; }

    /// <summary>From the frame to the session's reply; null without a trace listener, and for commands that lead to no answer.</summary>
    public Activity? Span { get; init; }

    /// <summary>Distinguishes this admission from others with the same id, which a client may repeat on any of its sockets.</summary>
    public long Attempt { get; } = Random.Shared.NextInt64();

    /// <summary>The command that a frame asks for.</summary>
    /// <exception cref="InvalidOperationException">The frame is none that a session handles.</exception>
    public static ClientCommand From(ClientFrame frame, UserId user, TimeProvider clock)
    {
        var (id, named, takenAt) = (frame.Id ?? CommandId.NewAtEdge(), frame.Id is not null, clock.GetTimestamp());
        switch (frame)
        {
            case ClientFrame.UserMessage m:
                var (now, said) = (clock.GetUtcNow(), Tracing.Begin("receive user_message", ActivityKind.Server, null));
                return new ClientCommand(
                    id,
                    (session, admission, permission) =>
                        new SubmitMessage(session, id, named, user, m.Content, m.Metadata, m.SentAt ?? now, admission)
                        {
                            TraceParent = said?.Id,
                            Permission = permission,
                        }
                )
                {
                    Named = named,
                    MovesOn = true,
                    CountsAsMessage = true,
                    TakenAt = takenAt,
                    Span = said,
                    Files = m.Files,
                };
            case ClientFrame.Regenerate:
                var again = Tracing.Begin("receive regenerate", ActivityKind.Server, null);
                return new ClientCommand(
                    id,
                    (session, admission, permission) =>
                        new RegenerateAnswer(session, id, named, user, admission) { TraceParent = again?.Id, Permission = permission }
                )
                {
                    Named = named,
                    CountsAsMessage = true,
                    TakenAt = takenAt,
                    Span = again,
                };
            case ClientFrame.Transcribe m:
                var heard = Tracing.Begin("receive transcribe", ActivityKind.Server, null);
                return new ClientCommand(
                    id,
                    (session, admission, permission) =>
                        new TranscribeMessage(session, id, named, user, m.MessageId, admission)
                        {
                            TraceParent = heard?.Id,
                            Permission = permission,
                        }
                )
                {
                    Named = named,
                    CountsAsMessage = true,
                    TakenAt = takenAt,
                    Span = heard,
                };
            case ClientFrame.ModelSelect m:
                return new ClientCommand(
                    id,
                    (session, _, permission) => new SelectModel(session, id, named, user, m.ModelId) { Permission = permission }
                )
                {
                    Named = named,
                    TakenAt = takenAt,
                };
            case ClientFrame.Stop m:
                return new ClientCommand(
                    id,
                    (session, _, permission) =>
                        new StopAnswer(session, id, named, user) { Permission = permission, MessageId = m.MessageId }
                )
                {
                    Named = named,
                    NeverActivates = true,
                    TakenAt = takenAt,
                };
            case ClientFrame.HelpRequest:
                return new ClientCommand(
                    id,
                    (session, _, permission) => new RequestHelp(session, id, named, user) { Permission = permission }
                )
                {
                    Named = named,
                    MovesOn = true,
                    TakenAt = takenAt,
                };
            case ClientFrame.Feedback f:
                return new ClientCommand(
                    id,
                    (session, _, permission) =>
                        new RateConversation(session, id, named, user, f.MessageId, f.Up ? Rating.Up : Rating.Down, f.Comment)
                        {
                            Permission = permission,
                        }
                )
                {
                    Named = named,
                    NeverActivates = true,
                    TakenAt = takenAt,
                };
            default:
                throw new InvalidOperationException($"No session handles {frame.GetType().Name}.");
        }
    }
}
