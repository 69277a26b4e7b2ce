using Chatbox.Actors.Connections.Protocol;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Connections.Phases;

/// <summary>The socket's stream attaches to another session, whose first frame the client has to get before anything takes effect there.</summary>
/// <param name="Why">How the previous session has ended, if the client must be told.</param>
internal sealed record Moving(ConnectionPhase Then, Ending? Why) : Detour(Then)
{
    public override ConnectionState On(object message, ConnectionState at)
    {
        switch (message)
        {
            case Greeted greeted when greeted.SessionId == at.Binding.Session:
                // The first session may have been left before it greeted the client: then this is the client's first frame of all.
                return Then is Greeting ? Arrive(base.On(greeted, at)) : Arrive(at);
            case ViewerDismissed gone when gone.SessionId == at.Binding.Session:
                return at.Leave(Then);
            case ConnectionEvent.SessionStopped or ConnectionEvent.AttachmentDue:
                return at; // the request to attach is repeated anyway
            default:
                return base.On(message, at);
        }
    }

    private ConnectionState Arrive(ConnectionState at)
    {
        var then = ((Moving)at.Phase).Then;
        var arrived = at.StopAsking();
        if (Why is { } ending)
            arrived = arrived.Do(
                new ConnectionEffect.Notify(at.Binding.Session, ConnectionTexts.Moved(ending), ConnectionTexts.MovedReason(ending))
            );
        return then.Resume(arrived);
    }
}
