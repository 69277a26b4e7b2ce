using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Hosting;
using Akka.Remote;

namespace Chatbox.Actors.Clustering;

/// <summary>
/// Downs a member at once when its process has provably ended (<see cref="IDeathProof"/>), instead of waiting until its silence is long enough
/// for the failure detector and the resolver. Examines a member when a connection to it breaks or cannot be opened, and again until the
/// inquiry ends (<see cref="DeathInquiries{TNode}"/>). Without proof nothing happens, and the resolver decides.
/// </summary>
public sealed class DeadNodeActor : ReceiveActor, IWithTimers
{
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly DeathInquiries<UniqueAddress> _inquiries = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly IDeathProof _proof;
    private readonly TimeProvider _clock;

    public DeadNodeActor(IDeathProof proof, TimeProvider clock)
    {
        (_proof, _clock) = (proof, clock);
        Receive<DisassociatedEvent>(e => OnSign(e.RemoteAddress));
        Receive<AssociationErrorEvent>(e => OnSign(e.RemoteAddress));
        Receive<ClusterEvent.UnreachableMember>(e => OnSign(e.Member.Address));
        // A process that greets is alive. Should it die after that, this connection breaks too.
        Receive<AssociatedEvent>(e => _inquiries.End(node => node.Address == e.RemoteAddress));
        Receive<Examination>(Examine);
        Receive<Result>(OnResult);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        foreach (var sign in (Type[])[typeof(DisassociatedEvent), typeof(AssociationErrorEvent), typeof(AssociatedEvent)])
            Context.System.EventStream.Subscribe(Self, sign);
        _cluster.Subscribe(Self, typeof(ClusterEvent.UnreachableMember));
    }

    protected override void PostStop()
    {
        Context.System.EventStream.Unsubscribe(Self);
        _cluster.Unsubscribe(Self);
        _stopped.Cancel();
        _stopped.Dispose();
    }

    private void OnSign(Address address)
    {
        var member = _cluster.State.Members.FirstOrDefault(member => member.Address == address);
        if (member is null || member.UniqueAddress.Equals(_cluster.SelfUniqueAddress) || HasLeft(member))
            return;
        if (_inquiries.Begin(member.UniqueAddress, _clock.GetUtcNow()))
            Examine(new Examination(member.UniqueAddress));
    }

    private void Examine(Examination examination)
    {
        var node = examination.Node;
        if (!IsMember(node))
            _inquiries.End(node.Equals);
        if (!_inquiries.IsOpen(node))
            return;
        _proof
            .Examine(node, _stopped.Token)
            .PipeTo(Self, success: evidence => new Result(node, evidence), failure: cause => new Result(node, DeathEvidence.None, cause));
    }

    private void OnResult(Result result)
    {
        var (node, evidence, failure) = result;
        if (failure is not null)
            _log.Info("Whether {0} has ended could not be examined: {1}", node, failure.Message);
        var pause = _inquiries.After(node, evidence, _clock.GetUtcNow());
        if (pause is { } again)
            Timers.StartSingleTimer(node, new Examination(node), again);
        if (evidence == DeathEvidence.Dead && IsMember(node))
            Down(node);
    }

    // The cluster removes a downed member only once it is unreachable as well. Of a quarantined incarnation it knows that at once, instead of by
    // the failure detector. The remoting quarantines nothing while it tries to connect again, so the event is published here.
    private void Down(UniqueAddress node)
    {
        _log.Warning("The process of {0} has ended, so this node downs it at once", node);
        ((IRemoteActorRefProvider)((ExtendedActorSystem)Context.System).Provider).Quarantine(node.Address, node.Uid);
        Context.System.EventStream.Publish(new QuarantinedEvent(node.Address, node.Uid));
        _cluster.Down(node.Address);
    }

    // Another incarnation at the same address is another member.
    private bool IsMember(UniqueAddress node) =>
        _cluster.State.Members.Any(member => member.UniqueAddress.Equals(node) && !HasLeft(member));

    // A node that leaves in order closes its connections and ends before the others have removed it.
    private static bool HasLeft(Member member) => member.Status is MemberStatus.Exiting or MemberStatus.Down or MemberStatus.Removed;

    private sealed record Examination(UniqueAddress Node);

    private sealed record Result(UniqueAddress Node, DeathEvidence Evidence, Exception? Failure = null);
}

/// <summary>Lets a cluster go on at once after the end of a process.</summary>
public static class DeadNodeHosting
{
    public static AkkaConfigurationBuilder WithDeadNodes(this AkkaConfigurationBuilder builder, IDeathProof proof, TimeProvider clock) =>
        builder.WithActors((system, _) => system.ActorOf(Props.Create(() => new DeadNodeActor(proof, clock)), "dead-nodes"));
}
