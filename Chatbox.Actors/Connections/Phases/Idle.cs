using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Connections.Phases;

/// <summary>The client is greeted, and none of its frames is under way. A new token is verified in this phase too: no other phase waits for it.</summary>
internal sealed record Idle : Serving
{
    public override ConnectionState On(object message, ConnectionState at) =>
        message is ViewerDismissed gone && gone.SessionId == at.Binding.Session ? at.Leave(this) : base.On(message, at);

    public override ConnectionState Resume(ConnectionState at) => at.Binding.IsDismissed ? at.Leave(this) : base.Resume(at);

    protected override ConnectionState Follow(ConnectionPhase next, ConnectionState at) => next.Resume(at);
}
