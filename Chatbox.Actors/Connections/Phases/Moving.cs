using Chatbox.Actors.Connections.Protocol;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Connections.Phases;

/// <summary>The socket's actor attaches to another session. Nothing takes effect there before the client has been sent the first frame.</summary>
/// <param name="Why">How the previous session has ended, if the client must be told.</param>
internal sealed record Moving(ConnectionPhase Then, Ending? Why) : Detour(Then)
{
    public override ConnectionState On(object message, ConnectionState at)
    {
        switch (message)
        {
            case Greeted greeted when greeted.SessionId == at.Binding.Session:
                // If the first session was left before it greeted the client, this is the greeting that the client waits for.
                return Then is Greeting ? Arrive(base.On(greeted, at)) : Arrive(at);
            case ViewerDismissed gone when gone.SessionId == at.Binding.Session:
                return at.Leave(Then);
            case ConnectionEvent.SessionStopped or ConnectionEvent.AttachmentDue:
                return at; // the request to attach is being repeated
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
