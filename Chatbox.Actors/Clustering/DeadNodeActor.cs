using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Hosting;
using Akka.Remote;

namespace Chatbox.Actors.Clustering;

/// <summary>
/// Downs a member at once when its process has provably ended (<see cref="IDeathProof"/>), instead of waiting until its silence is long enough
/// for the failure detector and the resolver. Examines a member when a connection to it breaks. Without proof nothing happens, and the
/// resolver decides.
/// </summary>
public sealed class DeadNodeActor : ReceiveActor, IWithTimers
{
    /// <summary>Pause between two examinations of a node that refuses connections.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Maximum number of examinations after one broken connection.</summary>
    public const int MaxExaminations = 20;

    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly IDeathProof _proof;
    private readonly CancellationTokenSource _stopped = new();

    /// <summary>The nodes that are being examined, and the dead.</summary>
    private readonly HashSet<UniqueAddress> _examined = [];

    public DeadNodeActor(IDeathProof proof)
    {
        _proof = proof;
        Receive<DisassociatedEvent>(e => OnBroken(e.RemoteAddress));
        Receive<ClusterEvent.UnreachableMember>(e => OnBroken(e.Member.Address));
        Receive<Examination>(Examine);
        Receive<Result>(OnResult);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(DisassociatedEvent));
        _cluster.Subscribe(Self, typeof(ClusterEvent.UnreachableMember));
    }

    protected override void PostStop()
    {
        Context.System.EventStream.Unsubscribe(Self);
        _cluster.Unsubscribe(Self);
        _stopped.Cancel();
        _stopped.Dispose();
    }

    private void OnBroken(Address address)
    {
        var member = _cluster.State.Members.FirstOrDefault(member => member.Address == address);
        if (member is null || member.UniqueAddress.Equals(_cluster.SelfUniqueAddress) || HasLeft(member))
            return;
        if (_examined.Add(member.UniqueAddress))
            Examine(new Examination(member.UniqueAddress, 1));
    }

    private void Examine(Examination examination) =>
        _proof
            .Examine(examination.Node, _stopped.Token)
            .PipeTo(
                Self,
                success: evidence => new Result(examination, evidence),
                failure: cause => new Result(examination, DeathEvidence.None, cause)
            );

    private void OnResult(Result result)
    {
        var (examination, evidence, failure) = result;
        if (failure is not null)
            _log.Info("Whether {0} has ended could not be examined: {1}", examination.Node, failure.Message);
        if (evidence == DeathEvidence.Refused && examination.Number < MaxExaminations)
        {
            Timers.StartSingleTimer(examination.Node, examination with { Number = examination.Number + 1 }, Pause);
            return;
        }

        if (evidence != DeathEvidence.Dead)
        {
            _examined.Remove(examination.Node);
            return;
        }

        _log.Warning("The process of {0} has ended, so this node downs it at once", examination.Node);
        Down(examination.Node);
    }

    // The cluster removes a downed member only once it is unreachable as well. Of a quarantined incarnation it knows that at once, instead of by
    // the failure detector. The remoting quarantines nothing while it tries to connect again, so the event is published here.
    private void Down(UniqueAddress node)
    {
        ((IRemoteActorRefProvider)((ExtendedActorSystem)Context.System).Provider).Quarantine(node.Address, node.Uid);
        Context.System.EventStream.Publish(new QuarantinedEvent(node.Address, node.Uid));
        _cluster.Down(node.Address);
    }

    // A node that leaves in order closes its connections and ends before the others have removed it.
    private static bool HasLeft(Member member) => member.Status is MemberStatus.Exiting or MemberStatus.Down or MemberStatus.Removed;

    /// <param name="Number">Counts the examinations after one broken connection, from 1 on.</param>
    private sealed record Examination(UniqueAddress Node, int Number);

    private sealed record Result(Examination Examination, DeathEvidence Evidence, Exception? Failure = null);
}

/// <summary>Lets a cluster go on at once after the end of a process.</summary>
public static class DeadNodeHosting
{
    public static AkkaConfigurationBuilder WithDeadNodes(this AkkaConfigurationBuilder builder, IDeathProof proof) =>
        builder.WithActors((system, _) => system.ActorOf(Props.Create(() => new DeadNodeActor(proof)), "dead-nodes"));
}
