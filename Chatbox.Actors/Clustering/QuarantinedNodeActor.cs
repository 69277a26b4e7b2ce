using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Hosting;
using Akka.Remote;

namespace Chatbox.Actors.Clustering;

/// <summary>
/// Takes this node out of the cluster once most members refuse it as an incarnation that they have removed (<see cref="Quarantines{TNode}"/>). A
/// process that was suspended wakes as a member of a cluster that goes on without it. Without this actor, it would find the others
/// unreachable one after the other, remove them, and serve people alone.
/// </summary>
public sealed class QuarantinedNodeActor : ReceiveActor
{
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Quarantines<Address> _quarantines;
    private readonly TimeProvider _clock;

    public QuarantinedNodeActor(TimeProvider clock)
    {
        _clock = clock;
        _quarantines = new Quarantines<Address>(_cluster.SelfAddress, Member.AddressOrdering);
        Receive<ThisActorSystemQuarantinedEvent>(refused => OnRefused(refused.RemoteAddress));
    }

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(ThisActorSystemQuarantinedEvent));

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    private void OnRefused(Address by)
    {
        var now = _clock.GetUtcNow();
        _quarantines.Add(by, now);
        // A node that leaves in order is refused as well, once the others have removed it.
        if (_cluster.SelfMember.Status is not (MemberStatus.Up or MemberStatus.Leaving))
            return;
        if (!_quarantines.Outvote([.. _cluster.State.Members.Select(member => member.Address)], now))
            return;
        _log.Error("This node leaves the cluster: the other members have taken it for dead, and go on without it");
        _cluster.Down(_cluster.SelfAddress);
        Context.Stop(Self);
    }
}

/// <summary>Ends a node that the cluster has removed while the node could not notice.</summary>
public static class QuarantinedNodeHosting
{
    public static AkkaConfigurationBuilder WithQuarantinedNodes(this AkkaConfigurationBuilder builder, TimeProvider clock) =>
        builder.WithActors((system, _) => system.ActorOf(Props.Create(() => new QuarantinedNodeActor(clock)), "quarantined-node"));
}
