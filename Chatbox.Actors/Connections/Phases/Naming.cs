using Chatbox.Actors.Connections.Protocol;
using Chatbox.Messages.Frames;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Connections.Phases;

/// <summary>
/// A frame names a session that the socket does not look at, and the connection asks whether the user owns that session. If so, the frame is
/// refused, because it must not take effect in the session that the socket looks at. If not, the frame is handled as if it named none.
/// </summary>
internal sealed record Naming(ClientFrame Frame) : ConnectionPhase
{
    public override ConnectionState On(object message, ConnectionState at) =>
        message switch
        {
            Ownership { Owned: true } known when known.SessionId == Frame.SessionId => Refuse(
                ErrorCode.NotFound,
                ConnectionTexts.AnotherSession,
                "session_id",
                at
            ),
            Ownership unknown when unknown.SessionId == Frame.SessionId => Take(at.StopAsking()),
            ConnectionEvent.RequestTimedOut => Refuse(ErrorCode.DatabaseError, ConnectionTexts.NotSaved, null, at),
            _ => base.On(message, at),
        };

    /// <summary>Asks for the owner, unless the socket looks at the named session by now.</summary>
    public override ConnectionState Resume(ConnectionState at) =>
        at.Binding.IsMeantBy(Frame.SessionId)
            ? Take(at)
            : at.Enter(this).Ask(new ConnectionEffect.AskGate(new GetOwnership(Frame.SessionId!.Value, at.User)));

    private ConnectionState Take(ConnectionState at)
    {
        var idle = new Idle();
        var taken = idle.Take(Frame with { SessionId = null }, at.Enter(idle));
        return taken.Phase is Idle ? idle.Resume(taken) : taken;
    }

    private ConnectionState Refuse(string code, string text, string? field, ConnectionState at) =>
        at.StopAsking().Fail(code, text, field, Frame.Id).BecomeIdle();
}
