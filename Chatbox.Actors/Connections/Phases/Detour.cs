using Chatbox.Actors.Connections.Commands;
using Chatbox.Actors.Connections.Protocol;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Connections.Phases;

/// <summary>The socket is on its way from one session to another. The interrupted phase continues when it has arrived.</summary>
/// <param name="Then">The phase that continues afterwards. A frame that arrives meanwhile waits in it.</param>
internal abstract record Detour(ConnectionPhase Then) : Serving
{
    public override bool IsGreeted => Then.IsGreeted;

    public override ClientCommand? Command => Then.Command;

    public override ConnectionState On(object message, ConnectionState at)
    {
        switch (message)
        {
            case FrameArrived or SocketLimitReached or Greeted when Then is Greeting:
                var next = Then.On(message, at);
                return next.Enter(this with { Then = next.Phase });
            case ConnectionEvent.RequestTimedOut when Then is Commanding command:
                return command.TimeOut(at);
            case ConnectionEvent.RequestTimedOut:
                // The client connects again, and gets a session then.
                return at.StopAsking().Enter(new Idle()).Close(CloseCode.GoingAway, "Session not available");
            default:
                return base.On(message, at);
        }
    }

    protected override ConnectionState Follow(ConnectionPhase next, ConnectionState at) =>
        Then is Idle
            ? at.Enter(this with { Then = next })
            : throw new InvalidOperationException("A frame has arrived while the one before is under way.");
}
