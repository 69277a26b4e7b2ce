using Akka.Actor;
using static Chatbox.Actors.Connections.ConnectionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Connections;

/// <summary>All sockets of this node, one child each.</summary>
public sealed class ConnectionsActor : ReceiveActor
{
    private bool _draining;

    public ConnectionsActor(ConnectionDependencies with)
    {
        Receive<OpenConnection>(request =>
        {
            // One that came too late to be told of the drain would hold up the node's end.
            if (_draining)
            {
                Sender.Tell(new ConnectionUnavailable());
                return;
            }

            var endpoint = Sender;
            Context.ActorOf(Props.Create(() => new ConnectionActor(request, endpoint, with)).WithDeploy(Deploy.Local));
        });
        Receive<AskForPlace>(request =>
            with.Users.Ask<IUserReply>(new GetSocketAllowance(request.UserId), with.Options.AskTimeout)
                .PipeTo(
                    Sender,
                    success: reply => reply is SocketRefused refused ? new ConnectionRefused(refused.Limit) : new PlaceFree(),
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
            _draining = true;
            foreach (var connection in Context.GetChildren())
                connection.Tell(drain);
        });
    }

    // A connection that crashed is closed: its client reconnects and goes on where it stands.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);
}
