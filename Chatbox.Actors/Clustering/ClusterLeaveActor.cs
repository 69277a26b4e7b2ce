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
    /// <summary>Starts the actor that ends the process when the node leaves the cluster.</summary>
    /// <param name="leave">Starts to stop the process; may be called more than once.</param>
    public static AkkaConfigurationBuilder WithClusterLeave(this AkkaConfigurationBuilder builder, Action leave) =>
        builder.WithActors(
            (system, _) =>
            {
                system.ActorOf(Props.Create(() => new ClusterLeaveActor(leave)), "cluster-leave");

                // A node that is downed, or that learns late of its leaving, gets no event before Akka's own shutdown begins. This task then
                // closes the sockets, first of all phases.
                CoordinatedShutdown
                    .Get(system)
                    .AddTask(
                        CoordinatedShutdown.PhaseBeforeServiceUnbind,
                        "tell-sockets",
                        () =>
                        {
                            leave();
                            return Task.FromResult(Done.Instance);
                        }
                    );
            }
        );

    /// <summary>
    /// Whether the actor system stopped although neither the host nor an operator asked: the cluster downed this node, or Akka failed.
    /// </summary>
    public static bool StoppedUnasked(this ActorSystem system) =>
        CoordinatedShutdown.Get(system).ShutdownReason
            is not (null or CoordinatedShutdown.ClrExitReason or CoordinatedShutdown.ClusterLeavingReason);
}
