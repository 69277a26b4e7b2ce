using Akka.Actor;
using Akka.Configuration;
using Akka.Remote.Transport;

namespace Chatbox.Node.Clustering;

/// <summary>
/// The transport of a single-node cluster. Akka.Cluster requires a transport with an address; this one opens no port and no connection, so no
/// other process can send messages to the node.
/// </summary>
internal sealed class ClosedTransport : Transport
{
    /// <summary>Settings that make this the only transport of an actor system.</summary>
    public static readonly Config Settings = ConfigurationFactory.ParseString(
        """
        akka.remote.enabled-transports = ["akka.remote.closed"]
        akka.remote.closed {
          transport-class = "Chatbox.Node.Clustering.ClosedTransport, Chatbox.Node"
          applied-adapters = []
        }
        """
    );

    /// <summary>A port for the address of the node, to which nobody connects.</summary>
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
            new InvalidAssociationException($"This node is a single-node cluster and cannot reach {remoteAddress}.")
        );

    public override Task<bool> Shutdown() => Task.FromResult(true);
}
