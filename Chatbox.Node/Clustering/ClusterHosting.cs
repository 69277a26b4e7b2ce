using Akka.Cluster;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using Chatbox.Node.Clustering.Links;

namespace Chatbox.Node.Clustering;

/// <summary>The cluster this node is in: the one that its seeds are in, or one that it forms with itself.</summary>
internal static class ClusterHosting
{
    private const string Settings = """
        akka.stdout-logger-class = "Chatbox.Node.Logging.SilentLogger, Chatbox.Node"
        # Their lines quote the message, and with it what people say.
        akka.log-dead-letters = off
        akka.cluster.periodic-tasks-initial-delay = 50ms
        akka.cluster.leader-actions-interval = 200ms
        akka.cluster.gossip-interval = 250ms
        akka.cluster.sharding.distributed-data.durable.keys = []
        akka.cluster.sharding.waiting-for-state-timeout = 2s
        # How soon a node asks the coordinator again, who may have died with the node that is missed.
        akka.cluster.sharding.retry-interval = 500ms
        # A shard that is on its way off a node which dies is nowhere for this long. Its sessions get five seconds less to stop.
        akka.cluster.sharding.handoff-timeout = 8s
        # After a crash the sessions that somebody looks at come back at once, because they are asked for. The others, three a second of each
        # shard, must not stand in their way.
        akka.cluster.sharding.entity-recovery-strategy = constant
        akka.cluster.sharding.entity-recovery-constant-rate-strategy.frequency = 1s
        akka.cluster.sharding.entity-recovery-constant-rate-strategy.number-of-entities = 3
        # A shard's memory of its sessions grows by two events for each that wakes and rests. A snapshot takes their place, and the events of
        # two such spans are kept: the default of a thousand would keep up to ninety thousand rows for sessions that are long gone.
        akka.cluster.sharding.snapshot-after = 100
        akka.cluster.sharding.keep-nr-of-batches = 1
        akka.cluster.sharding.rebalance-interval = 5s
        akka.cluster.sharding.least-shard-allocation-strategy.rebalance-absolute-limit = 20
        akka.cluster.sharding.least-shard-allocation-strategy.rebalance-relative-limit = 0.5
        # A node that dies must not keep people waiting: noticed within 2.5 s, taken out 2 s later if a majority goes on without it. The
        # margin is the time a minority has to stop before its sessions start elsewhere; left out, it would be as long as stable-after.
        akka.cluster.failure-detector.heartbeat-interval = 500ms
        akka.cluster.failure-detector.acceptable-heartbeat-pause = 1500ms
        akka.cluster.unreachable-nodes-reaper-interval = 250ms
        akka.cluster.split-brain-resolver.active-strategy = keep-majority
        akka.cluster.split-brain-resolver.stable-after = 2s
        # All stop when it does not become clear who reaches whom. Left to itself it would be after 7 s, and one flap of one node's network,
        # or its return to a network that has just healed, would stop all.
        akka.cluster.split-brain-resolver.down-all-when-unstable = 20s
        akka.cluster.down-removal-margin = 1s
        # A node that was killed and is back at once takes its old place, instead of waiting for it to be declared dead.
        akka.cluster.retry-unsuccessful-join-after = 2s
        akka.cluster.seed-node-timeout = 2s
        akka.remote.retry-gate-closed-for = 1s
        akka.coordinated-shutdown.exit-clr = off
        # The host decides when the actors go: after its sockets.
        akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
        akka.coordinated-shutdown.phases.cluster-sharding-shutdown-region.timeout = 20s
        # Ten milliseconds would wake an idle node a hundred times a second; nothing here is timed that finely.
        akka.scheduler.tick-duration = 50ms
        """;

    public static AkkaConfigurationBuilder WithChatboxCluster(this AkkaConfigurationBuilder builder, ClusterNodeOptions options)
    {
        builder.AddHocon(Settings, HoconAddMode.Prepend);
        return options.IsShared ? builder.JoinsSeeds(options) : builder.FormsItsOwn();
    }

    public static IServiceCollection AddClusterJoin(this IServiceCollection services, ClusterNodeOptions options, IClusterRegister register)
    {
        if (options.Tls is { } tls)
            services.AddSingleton(tls).AddHostedService<CertificateWatch>();
        return services
            .AddSingleton(options)
            .AddSingleton(register)
            .AddSingleton<ClusterJoin>()
            .AddHostedService(provider => provider.GetRequiredService<ClusterJoin>());
    }

    private static AkkaConfigurationBuilder JoinsSeeds(this AkkaConfigurationBuilder builder, ClusterNodeOptions options)
    {
        // No seeds in the configuration: ClusterJoin decides when to join, and whom.
        return builder
            .AddHocon(NodeTransport.Settings, HoconAddMode.Prepend)
            .AddSetup(new NodeTransportSetup(options.Address, new LinkSecurity(options.Tls)))
            .WithClustering(new ClusterOptions());
    }

    /// <summary>Without any port: there is nobody to talk to.</summary>
    private static AkkaConfigurationBuilder FormsItsOwn(this AkkaConfigurationBuilder builder) =>
        builder
            .AddHocon(ClosedTransport.Settings, HoconAddMode.Prepend)
            .WithClustering(new ClusterOptions())
            .AddStartup(
                (system, _) =>
                {
                    var cluster = Cluster.Get(system);
                    cluster.Join(cluster.SelfAddress);
                    return Task.CompletedTask;
                }
            );
}
