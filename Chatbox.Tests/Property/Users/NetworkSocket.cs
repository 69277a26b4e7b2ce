using System.Collections.Immutable;
using Chatbox.Actors.Connections.Commands;
using Chatbox.Actors.Connections.Phases;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Property.Users;

/// <summary>A socket without its actor and its stream: the pure state of a connection, whose requests go over the network.</summary>
internal sealed class NetworkSocket
{
    private readonly SimulatedNetwork _network;
    private ConnectionState _state;
    private object? _pending;

    public NetworkSocket(SimulatedNetwork network, SessionId? named, bool opens)
    {
        (_network, Opens) = (network, opens);
        var request = new OpenConnection(NetworkUser.Id, null, named, null, null) { Opens = opens };
        _state = ConnectionState.Start(request, CommandOf);
        CarryOut(_state);
    }

    /// <summary>Whether the client opens its session. Otherwise it only watches until it sends a command.</summary>
    public bool Opens { get; }

    /// <summary>Null until the socket is bound.</summary>
    public SessionId? Bound => _state.Phase is Opening ? null : _state.Binding.Session;

    public bool IsReady => _state.Phase is Idle;

    public void Say(CommandId command) =>
        Receive(
            new FrameArrived(
                new ClientFrame.UserMessage(command, "?", ImmutableSortedDictionary<string, string>.Empty, DateTimeOffset.UnixEpoch),
                null
            )
        );

    public void Repeat()
    {
        if (_pending is { } pending)
            _network.Send(this, pending);
    }

    /// <summary>The session that the socket shows is erased.</summary>
    public void Dismiss(SessionId session) => Receive(new ViewerDismissed(session));

    public void Receive(object reply) => CarryOut(_state.On(reply));

    private void CarryOut(ConnectionState next)
    {
        _state = next;
        foreach (var effect in next.Effects)
            CarryOut(effect);
    }

    private void CarryOut(ConnectionEffect effect)
    {
        switch (effect)
        {
            case ConnectionEffect.Admit:
                Receive(new SocketReady());
                break;
            case ConnectionEffect.Attach attach:
                Receive(new Greeted(attach.Request.SessionId));
                break;
            case ConnectionEffect.AskToAttach attach:
                Receive(new Greeted(attach.Request.SessionId));
                break;
            case ConnectionEffect.StopAsking:
                _pending = null;
                break;
            case ConnectionEffect.Ask ask:
                _pending = ask.Message;
                _network.Send(this, ask.Message);
                break;
        }
    }

    private static ClientCommand CommandOf(ClientFrame frame)
    {
        var id = frame.Id!.Value;
        return new ClientCommand(id, (session, _, permission) => NetworkSession.Submit(session, id, permission))
        {
            Named = true,
            MovesOn = true,
            CountsAsMessage = true,
        };
    }
}
