using Akka.Actor;
using Akka.Configuration;
using Akka.Remote.Transport;

namespace Chatbox.Node.Clustering;

/// <summary>
/// The remoting of a node that is a cluster by itself. Akka.Cluster wants a transport with an address; this one opens no port and connects
/// to nobody, so no other process can send the node a message.
/// </summary>
internal sealed class ClosedTransport : Transport
{
    /// <summary>The settings that make it the only transport of an actor system.</summary>
    public static readonly Config Settings = ConfigurationFactory.ParseString(
        """
        akka.remote.enabled-transports = ["akka.remote.closed"]
        akka.remote.closed {
          transport-class = "Chatbox.Node.Clustering.ClosedTransport, Chatbox.Node"
          applied-adapters = []
        }
        """
    );

    /// <summary>Nobody connects to it: it is a part of the node's address and has to be a number.</summary>
    private const int NoPort = 1;

    /// <summary>Called by Akka.</summary>
    public ClosedTransport(ActorSystem system, Config config)
    {
        (System, Config) = (system, config);
        SchemeIdentifier = "tcp";
        MaximumPayloadBytes = 128_000;
    }

    public override Task<(Address, TaskCompletionSource<IAssociationEventListener>)> Listen() =>
        Task.FromResult(
            (new Address(SchemeIdentifier, System.Name, "127.0.0.1", NoPort), new TaskCompletionSource<IAssociationEventListener>())
        );

    public override bool IsResponsibleFor(Address remote) => true;

    public override Task<AssociationHandle> Associate(Address remoteAddress) =>
        Task.FromException<AssociationHandle>(
            new InvalidAssociationException($"This node is in no cluster: {remoteAddress} cannot be reached.")
        );

    public override Task<bool> Shutdown() => Task.FromResult(true);
}
