using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Connections.Phases;

/// <summary>
/// The client waits for its first frame, <c>connection_status</c>, which comes from the session. A frame that the client sends before, and a
/// notice for it, wait here.
/// </summary>
internal sealed record Greeting : ConnectionPhase
{
    private FrameArrived? Early { get; init; }

    private SocketLimitReached? Limit { get; init; }

    public override bool IsGreeted => false;

    public override ConnectionState On(object message, ConnectionState at) =>
        message switch
        {
            FrameArrived early => at.Enter(this with { Early = early }),
            SocketLimitReached reached => at.Enter(this with { Limit = reached }),
            Greeted => Greet(at),
            ViewerDismissed gone when gone.SessionId == at.Binding.Session => at.Leave(this),
            _ => base.On(message, at),
        };

    private ConnectionState Greet(ConnectionState at)
    {
        var greeted = at.Enter(new Idle());
        if (Limit is { } limit)
            greeted = greeted.Do(new ConnectionEffect.NotifyLimit(at.Binding.Session, limit.Limit));
        greeted = greeted.Do(new ConnectionEffect.CheckToken());
        return Early is { } early ? greeted.Do(new ConnectionEffect.TakeEarlyFrame(early)) : greeted;
    }
}
