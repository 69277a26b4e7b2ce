using Chatbox.Actors.Connections.Protocol;
using Chatbox.Messages.Frames;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;

namespace Chatbox.Actors.Connections.Phases;

/// <summary>A phase in which the client's next frame may arrive. A frame that concerns no session takes effect at once.</summary>
internal abstract record Serving : ConnectionPhase
{
    public override ConnectionState On(object message, ConnectionState at) =>
        message switch
        {
            FrameArrived { Refusal: { } refusal } => at.Fail(refusal.Code, refusal.Message, refusal.Field, refusal.Id).FinishFrame(),
            FrameArrived arrived => Take(arrived.Frame!, at),
            _ => base.On(message, at),
        };

    /// <summary>Handles a frame of the client.</summary>
    public ConnectionState Take(ClientFrame frame, ConnectionState at) =>
        frame switch
        {
            ClientFrame.Ping => at.Do(new ConnectionEffect.SendFrame(ServerFrame.Pong)).FinishFrame(),
            ClientFrame.TokenRefresh refresh => at.Do(new ConnectionEffect.VerifyToken(refresh)),
            _ when at.Assists => TakeFromAdmin(frame, at),
            ClientFrame.OfAdmin when !at.IsAdmin => at.Fail(ErrorCode.InsufficientPermissions, ConnectionTexts.AdminsOnly, "type", frame.Id)
                .Close(CloseCode.Policy, "Role missing")
                .FinishFrame(),
            ClientFrame.OfAdmin => Refuse(frame, ErrorCode.ServiceError, ConnectionTexts.OwnConversation, "type", at),
            _ when !at.Binding.IsMeantBy(frame.SessionId) => Follow(new Naming(frame), at),
            ClientFrame.TypingIndicator typing => at.ShowTyping(typing.Typing).FinishFrame(),
            ClientFrame.Seen seen => at.MarkSeen(seen.Seq).FinishFrame(),
            _ => Follow(Commanding.Begin(at.CommandOf(frame), at), at),
        };

    /// <summary>Handles a frame of an admin who looks at another user's session. A frame that names any other session has no effect.</summary>
    private ConnectionState TakeFromAdmin(ClientFrame frame, ConnectionState at) =>
        frame switch
        {
            { SessionId: { } named } when named != at.Binding.Session => Refuse(
                frame,
                ErrorCode.NotFound,
                ConnectionTexts.AnotherSession,
                "session_id",
                at
            ),
            ClientFrame.TypingIndicator typing => at.ShowTyping(typing.Typing).FinishFrame(),
            ClientFrame.Seen seen => at.MarkSeen(seen.Seq).FinishFrame(),
            ClientFrame.UserMessage or ClientFrame.OfAdmin => Follow(new Assisting(at.CommandOf(frame)), at),
            _ => Refuse(frame, ErrorCode.ServiceError, ConnectionTexts.OwnerOnly, "type", at),
        };

    private static ConnectionState Refuse(ClientFrame frame, string code, string text, string field, ConnectionState at) =>
        at.Fail(code, text, field, frame.Id).FinishFrame();

    /// <summary>Enters the phase that a frame needs, now or later.</summary>
    protected abstract ConnectionState Follow(ConnectionPhase next, ConnectionState at);
}
