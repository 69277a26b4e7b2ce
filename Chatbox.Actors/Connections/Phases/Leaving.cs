using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Connections.Phases;

/// <summary>The bound session has ended or no longer exists; the user's actor is asked which session takes its place.</summary>
internal sealed record Leaving(ConnectionPhase Then) : Detour(Then)
{
    public override ConnectionState On(object message, ConnectionState at) =>
        message switch
        {
            SessionToUse use when use.InsteadOf == at.Binding.Session => Leave(use, at),
            _ => base.On(message, at),
        };

    private ConnectionState Leave(SessionToUse use, ConnectionState at)
    {
        if (Then is Commanding command)
            return command.Continue(use, at);
        return use.SessionId == at.Binding.Session ? Then.Resume(at.StopAsking()) : at.MoveTo(use.SessionId, null, Then);
    }
}
