using Akka.Actor;
using Chatbox.Actors.Dispatch;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Connections;

/// <summary>The parent of all connections of a node: starts one for each socket, and passes on what concerns all of them.</summary>
public sealed class ConnectionsActor : ReceiveActor
{
    private bool _draining;

    public ConnectionsActor(ConnectionDependencies with)
    {
        Receive<OpenConnection>(request =>
        {
            // A new connection would not be told of the drain, and would delay the end of the node.
            if (_draining)
            {
                Sender.Tell(new ConnectionUnavailable());
                return;
            }

            var endpoint = Sender;
            Context.ActorOf(EntityProps.Of(Context.System, () => new ConnectionActor(request, endpoint, with)));
        });
        Receive<AskForSlot>(request =>
            with.Users.Ask<IUserReply>(new GetSocketAllowance(request.UserId), with.Options.AskTimeout)
                .PipeTo(
                    Sender,
                    success: reply => reply is SocketRefused refused ? new ConnectionRefused(refused.Limit) : new SlotFree(),
                    failure: _ => new ConnectionUnavailable()
                )
        );
        Receive<TokensWithdrawn>(withdrawn =>
        {
            foreach (var connection in Context.GetChildren())
                connection.Tell(withdrawn);
        });
        Receive<DrainConnections>(drain =>
        {
            if (!_draining)
                with.Metrics.SocketsDrained(Context.GetChildren().Count());
            _draining = true;
            foreach (var connection in Context.GetChildren())
                connection.Tell(drain);
        });
    }

    // A connection that crashes is stopped with its socket: the client connects again and continues where it stands.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);
}
