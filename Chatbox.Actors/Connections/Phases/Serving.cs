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
            ClientFrame.NotOffered other => at.Fail(ErrorCode.ServiceError, $"This server does not offer {other.Type}.", "type", other.Id)
                .FinishFrame(),
            _ when !at.Binding.IsMeantBy(frame.SessionId) => Follow(new Naming(frame), at),
            ClientFrame.TypingIndicator typing => at.ShowTyping(typing.Typing).FinishFrame(),
            _ => Follow(Commanding.Begin(at.CommandOf(frame), at), at),
        };

    /// <summary>Enters the phase that a frame needs, now or later.</summary>
    protected abstract ConnectionState Follow(ConnectionPhase next, ConnectionState at);
}
