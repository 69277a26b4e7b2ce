using Akka;
using Akka.Actor;
using Akka.Cluster;
using Akka.Hosting;

namespace Chatbox.Actors.Clustering;

/// <summary>
/// When somebody asks this node to leave its cluster, wherever they ask, the process is to end as it does on SIGTERM: its sockets are
/// told first, and only then its sessions move.
/// </summary>
public sealed class ClusterLeaveActor : ReceiveActor
{
    private readonly Cluster _cluster = Cluster.Get(Context.System);

    /// <param name="leave">Begins the end of the process.</param>
    public ClusterLeaveActor(Action leave) =>
        Receive<ClusterEvent.MemberLeft>(left =>
        {
            if (left.Member.UniqueAddress.Equals(_cluster.SelfUniqueAddress))
                leave();
        });

    protected override void PreStart() => _cluster.Subscribe(Self, typeof(ClusterEvent.MemberLeft));

    protected override void PostStop() => _cluster.Unsubscribe(Self);
}

/// <summary>How a node leaves its cluster.</summary>
public static class ClusterLeaveHosting
{
    /// <param name="leave">Begins the end of the process; may be called more than once.</param>
    public static AkkaConfigurationBuilder WithClusterLeave(this AkkaConfigurationBuilder builder, Action leave) =>
        builder.WithActors(
            (system, _) =>
            {
                system.ActorOf(Props.Create(() => new ClusterLeaveActor(leave)), "cluster-leave");

                // Who hears late that it is leaving learns at the same moment that it is out, and who is put out learns nothing before: then
                // the actors' end has begun already, and the sockets' comes first in it.
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
    /// Whether the actors stopped although neither the host nor an operator asked for that: the cluster downed this node, or Akka gave up.
    /// </summary>
    public static bool StoppedUnasked(this ActorSystem system) =>
        CoordinatedShutdown.Get(system).ShutdownReason
            is not (null or CoordinatedShutdown.ClrExitReason or CoordinatedShutdown.ClusterLeavingReason);
}
