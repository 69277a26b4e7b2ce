using System.Threading.Channels;
using Akka.Actor;
using Akka.Cluster;

namespace Chatbox.Actors.Clustering;

/// <summary>A change of a cluster member, such as <c>up</c>, <c>left</c> or <c>unreachable</c>.</summary>
public sealed record ClusterChange(string Event, string Address);

/// <summary>Writes the changes of cluster members into a channel, starting with the present members.</summary>
public sealed class ClusterEventsActor : ReceiveActor
{
    private readonly Cluster _cluster = Cluster.Get(Context.System);

    public ClusterEventsActor(ChannelWriter<ClusterChange> changes)
    {
        Receive<ClusterEvent.UnreachableMember>(e => changes.TryWrite(new ClusterChange("unreachable", $"{e.Member.Address}")));
        Receive<ClusterEvent.ReachableMember>(e => changes.TryWrite(new ClusterChange("reachable", $"{e.Member.Address}")));
        Receive<ClusterEvent.IMemberEvent>(e =>
            changes.TryWrite(new ClusterChange(e.Member.Status.ToString().ToLowerInvariant(), $"{e.Member.Address}"))
        );
    }

    protected override void PreStart() =>
        _cluster.Subscribe(
            Self,
            ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents,
            typeof(ClusterEvent.IMemberEvent),
            typeof(ClusterEvent.IReachabilityEvent)
        );

    protected override void PostStop() => _cluster.Unsubscribe(Self);
}
