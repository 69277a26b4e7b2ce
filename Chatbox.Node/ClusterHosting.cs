using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using Akka.Remote.Hosting;

namespace Chatbox.Node;

/// <summary>The cluster this node is in: one that it forms with itself, on a loopback port nobody needs to know.</summary>
internal static class ClusterHosting
{
    private const string Settings = """
        akka.stdout-logger-class = "Chatbox.Node.Logging.SilentLogger, Chatbox.Node"
        akka.cluster.split-brain-resolver.active-strategy = keep-majority
        akka.cluster.periodic-tasks-initial-delay = 50ms
        akka.cluster.leader-actions-interval = 200ms
        akka.cluster.gossip-interval = 500ms
        akka.cluster.sharding.distributed-data.durable.keys = []
        akka.cluster.sharding.waiting-for-state-timeout = 2s
        akka.cluster.sharding.handoff-timeout = 20s
        akka.coordinated-shutdown.exit-clr = off
        # The host decides when the actors go: after its sockets.
        akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
        akka.coordinated-shutdown.phases.cluster-sharding-shutdown-region.timeout = 20s
        # Ten milliseconds would wake an idle node a hundred times a second; nothing here is timed that finely.
        akka.scheduler.tick-duration = 50ms
        """;

    public static AkkaConfigurationBuilder WithSingleNodeCluster(this AkkaConfigurationBuilder builder) =>
        builder
            .AddHocon(Settings, HoconAddMode.Prepend)
            .WithRemoting("127.0.0.1", 0)
            .WithClustering(new ClusterOptions())
            .AddStartup((system, _) => Join(system));

    private static Task Join(ActorSystem system)
    {
        var cluster = Cluster.Get(system);
        cluster.Join(cluster.SelfAddress);
        return Task.CompletedTask;
    }
}
