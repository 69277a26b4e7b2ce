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
    /// <param name="leave">Begins the end of the process.</param>
    public static AkkaConfigurationBuilder WithClusterLeave(this AkkaConfigurationBuilder builder, Action leave) =>
        builder.WithActors((system, _) => system.ActorOf(Props.Create(() => new ClusterLeaveActor(leave)), "cluster-leave"));
}
