using Akka;
using Akka.Actor;
using Akka.Cluster;
using Akka.Hosting;

namespace Chatbox.Actors.Clustering;

/// <summary>
/// Ends the process when this node is told to leave the cluster, on whichever node that was asked. The process ends as on SIGTERM: first
/// its sockets are closed, then its sessions move.
/// </summary>
public sealed class ClusterLeaveActor : ReceiveActor
{
    private readonly Cluster _cluster = Cluster.Get(Context.System);

    /// <param name="leave">Starts to stop the process.</param>
    public ClusterLeaveActor(Action leave) =>
        Receive<ClusterEvent.MemberLeft>(left =>
        {
            if (left.Member.UniqueAddress.Equals(_cluster.SelfUniqueAddress))
                leave();
        });

    protected override void PreStart() => _cluster.Subscribe(Self, typeof(ClusterEvent.MemberLeft));

    protected override void PostStop() => _cluster.Unsubscribe(Self);
}

/// <summary>Stops the process in the right order when its node leaves the cluster.</summary>
public static class ClusterLeaveHosting
{
    private static readonly TimeSpan TaskMargin = TimeSpan.FromSeconds(5);

    /// <summary>Starts the actor that ends the process when the node leaves the cluster.</summary>
    /// <param name="leave">Starts to stop the process; may be called more than once.</param>
    /// <param name="tellSockets">
    /// Completes when the sockets have been asked to reconnect: at once, if the cluster has removed this node.
    /// </param>
    /// <param name="delay">Maximum duration of <paramref name="tellSockets"/>.</param>
    /// <param name="newHomesWithin">
    /// Time in which the node stays in a cluster of several nodes after its shards began to stop. Until then the coordinator of the shards, if this
    /// node has it, gives them homes on other nodes; these ask each 200 ms (<c>retry-interval</c>). The next coordinator would make them wait for
    /// a second: the cluster agrees first that this node leaves, and Akka's coordinator begins half a second after its start.
    /// </param>
    public static AkkaConfigurationBuilder WithClusterLeave(
        this AkkaConfigurationBuilder builder,
        Action leave,
        Func<bool, Task> tellSockets,
        TimeSpan delay,
        TimeSpan newHomesWithin
    )
    {
        var timeout = (long)(delay + TaskMargin).TotalMilliseconds;
        return builder
            .AddHocon(
                $"akka.coordinated-shutdown.phases.{CoordinatedShutdown.PhaseBeforeServiceUnbind}.timeout = {timeout}ms",
                HoconAddMode.Prepend
            )
            .WithActors(
                (system, _) =>
                {
                    system.ActorOf(Props.Create(() => new ClusterLeaveActor(leave)), "cluster-leave");

                    // The cluster shuts the actor system down when it lets this node leave, or when it downs it. This task, first of all
                    // phases, keeps the sessions here until the sockets have been told.
                    CoordinatedShutdown
                        .Get(system)
                        .AddTask(
                            CoordinatedShutdown.PhaseBeforeServiceUnbind,
                            "tell-sockets",
                            async () =>
                            {
                                leave();
                                await tellSockets(system.StoppedUnasked());
                                return Done.Instance;
                            }
                        );

                    CoordinatedShutdown
                        .Get(system)
                        .AddTask(
                            CoordinatedShutdown.PhaseClusterShardingShutdownRegion,
                            "new-homes-of-shards",
                            async () =>
                            {
                                var cluster = Cluster.Get(system);
                                var others = cluster.State.Members.Any(member => member.UniqueAddress != cluster.SelfUniqueAddress);
                                if (others && !system.StoppedUnasked())
                                    await Task.Delay(newHomesWithin);
                                return Done.Instance;
                            }
                        );
                }
            );
    }

    /// <summary>
    /// Whether the actor system stopped although neither the host nor an operator asked: the cluster downed this node, or Akka failed.
    /// </summary>
    public static bool StoppedUnasked(this ActorSystem system) =>
        CoordinatedShutdown.Get(system).ShutdownReason
            is not (null or CoordinatedShutdown.ClrExitReason or CoordinatedShutdown.ClusterLeavingReason);
}
