using Akka.Cluster;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using Chatbox.Actors.Clustering;
using Chatbox.Node.Clustering.Links;

namespace Chatbox.Node.Clustering;

/// <summary>Configures the cluster of a node: the cluster of its seeds, or a cluster of this node alone.</summary>
internal static class ClusterHosting
{
    private const string Settings = """
        akka.stdout-logger-class = "Chatbox.Node.Logging.SilentLogger, Chatbox.Node"
        # Dead letter lines quote messages with content.
        akka.log-dead-letters = off
        akka.cluster.periodic-tasks-initial-delay = 50ms
        akka.cluster.leader-actions-interval = 200ms
        akka.cluster.gossip-interval = 250ms
        akka.cluster.sharding.distributed-data.durable.keys = []
        akka.cluster.sharding.waiting-for-state-timeout = 2s
        # The coordinator stores where shards are on a majority of nodes. With Akka's defaults it would wait for all of a few nodes: a node that
        # dies while shards move would stop the coordinator until updating-state-timeout (5 s) is over. A majority is enough, because the
        # next coordinator reads from all nodes that remain (of up to twelve), and these are a majority too.
        akka.cluster.sharding.coordinator-state.write-majority-plus = 0
        akka.cluster.sharding.coordinator-state.read-majority-plus = 5
        akka.cluster.sharding.distributed-data.majority-min-cap = 1
        # Interval of requests to the shard coordinator, which may have died with a node. Messages to the sessions of a dead node wait for it.
        akka.cluster.sharding.retry-interval = 200ms
        # If a node dies while it hands off a shard, the shard is unavailable for this long. Its sessions get five seconds less to stop.
        akka.cluster.sharding.handoff-timeout = 8s
        # After a crash, sessions with viewers start at once, because messages reach them. The others start slowly, three per second and
        # shard, to leave capacity.
        akka.cluster.sharding.entity-recovery-strategy = constant
        akka.cluster.sharding.entity-recovery-constant-rate-strategy.frequency = 1s
        akka.cluster.sharding.entity-recovery-constant-rate-strategy.number-of-entities = 3
        # A shard journals two events for each session that starts and passivates. After each snapshot the events of two such spans remain:
        # with the default of a thousand, that would be up to ninety thousand rows of passivated sessions.
        akka.cluster.sharding.snapshot-after = 100
        akka.cluster.sharding.keep-nr-of-batches = 1
        akka.cluster.sharding.rebalance-interval = 5s
        akka.cluster.sharding.least-shard-allocation-strategy.rebalance-absolute-limit = 20
        akka.cluster.sharding.least-shard-allocation-strategy.rebalance-relative-limit = 0.5
        # A silent node is noticed after CLUSTER_DETECT_AFTER, and downed 2 s later if a majority remains. The margin is the time for a
        # minority to stop before its sessions start elsewhere; its default is the value of stable-after. It covers the difference between
        # the moments at which nodes notice a failure (a heartbeat interval and a reaper interval) and decide (a resolver looks once a
        # second), less the time in which the cluster agrees on the removal. Neither time grows with CLUSTER_DETECT_AFTER, because that
        # difference does not.
        akka.cluster.failure-detector.heartbeat-interval = 500ms
        akka.cluster.unreachable-nodes-reaper-interval = 250ms
        akka.cluster.split-brain-resolver.active-strategy = keep-majority
        akka.cluster.split-brain-resolver.stable-after = 2s
        # All nodes stop if reachability stays unstable for this long. With the default of 7 s, a short network failure of one node, or its
        # return to a network that has just healed, would stop all nodes.
        akka.cluster.split-brain-resolver.down-all-when-unstable = 20s
        akka.cluster.down-removal-margin = 1s
        # A proxy warns at once when it starts before its singleton, as it always does. Whoever needs the singleton reports its absence.
        akka.cluster.singleton-proxy.log-singleton-identification-failure = off
        # A node that was killed and restarts at once replaces its old incarnation without waiting until that is downed.
        akka.cluster.retry-unsuccessful-join-after = 2s
        akka.cluster.seed-node-timeout = 2s
        akka.remote.retry-gate-closed-for = 1s
        akka.coordinated-shutdown.exit-clr = off
        # The host stops the actors, after its sockets.
        akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
        akka.coordinated-shutdown.phases.cluster-sharding-shutdown-region.timeout = 20s
        # The default of 10 ms would wake an idle node a hundred times a second, and no timer here needs such precision.
        akka.scheduler.tick-duration = 50ms
        """;

    /// <summary>
    /// A node alone has no other nodes to gossip with or to find dead, and no timer that needs to be precise to 50 ms. Most of what an idle
    /// node works is to wake up (<c>docs/performance.md</c>).
    /// </summary>
    private const string SettingsAlone = """
        akka.cluster.gossip-interval = 1s
        akka.cluster.leader-actions-interval = 1s
        akka.cluster.unreachable-nodes-reaper-interval = 1s
        akka.scheduler.tick-duration = 100ms
        """;

    /// <summary>
    /// Time that the detector waits in addition to the acceptable pause: a heartbeat interval, and as much for its variation.
    /// </summary>
    private static readonly TimeSpan HeartbeatMargin = TimeSpan.FromSeconds(1);

    public static AkkaConfigurationBuilder WithChatboxCluster(this AkkaConfigurationBuilder builder, ClusterNodeOptions options)
    {
        var pause = (long)(options.DetectAfter - HeartbeatMargin).TotalMilliseconds;
        builder.AddHocon(Settings, HoconAddMode.Prepend);
        builder.AddHocon($"akka.cluster.failure-detector.acceptable-heartbeat-pause = {pause}ms", HoconAddMode.Prepend);
        return options.IsShared ? builder.JoinsSeeds(options) : builder.FormsItsOwn();
    }

    public static IServiceCollection AddClusterJoin(this IServiceCollection services, ClusterNodeOptions options, IClusterRegister register)
    {
        if (options.Tls is { } tls)
            services.AddSingleton(tls).AddHostedService<CertificateWatch>();
        return services
            .AddSingleton(options)
            .AddSingleton(register)
            .AddSingleton<IDeathProof, DeathProof>()
            .AddSingleton<ClusterJoin>()
            .AddHostedService(provider => provider.GetRequiredService<ClusterJoin>());
    }

    private static AkkaConfigurationBuilder JoinsSeeds(this AkkaConfigurationBuilder builder, ClusterNodeOptions options)
    {
        // Akka gets no seeds, because ClusterJoin decides when to join which nodes.
        return builder
            .AddHocon(NodeTransport.Settings, HoconAddMode.Prepend)
            .AddSetup(new NodeTransportSetup(options.Address, new LinkSecurity(options.Tls)))
            .WithClustering(new ClusterOptions());
    }

    /// <summary>A single-node cluster without an open port.</summary>
    private static AkkaConfigurationBuilder FormsItsOwn(this AkkaConfigurationBuilder builder) =>
        builder
            .AddHocon(SettingsAlone, HoconAddMode.Prepend)
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
