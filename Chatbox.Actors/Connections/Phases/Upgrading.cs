using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Connections.Phases;

/// <summary>The endpoint knows the session and accepts the upgrade; the socket's actor has not started yet.</summary>
internal sealed record Upgrading : ConnectionPhase
{
    public override bool IsGreeted => false;

    public override ConnectionState On(object message, ConnectionState at) =>
        message switch
        {
            SocketReady => at.Enter(new Greeting()).Do(new ConnectionEffect.Attach(Attachment(at))),
            SocketRefused refused => at.Do(new ConnectionEffect.GiveUp(new ConnectionRefused(refused.Limit))),
            DrainConnections => at.Do(new ConnectionEffect.GiveUp(new ConnectionUnavailable())),
            _ => at,
        };
}
