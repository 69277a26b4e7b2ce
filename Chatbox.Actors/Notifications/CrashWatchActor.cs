using Akka.Actor;
using Akka.Cluster;
using Chatbox.Actors.Requests;
using Chatbox.Messages.Notifications;
using static Chatbox.Messages.Notifications.NotificationProtocol;

namespace Chatbox.Actors.Notifications;

/// <summary>
/// Tells the outbox that this node has started and, when it is asked, that it stops in order; raises an incident for every other member that
/// was downed.
/// </summary>
public sealed class CrashWatchActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Asks to tell the outbox that this node stops; the reply is <see cref="NodeNoted"/>.</summary>
    public sealed record NodeStops : INoSerializationVerificationNeeded
    {
        public static NodeStops Instance { get; } = new();
    }

    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly RepeatedRequest _request;
    private readonly IActorRef _outbox;
    private readonly NodeIncarnation _self;
    private IActorRef _stopper = ActorRefs.Nobody;

    public CrashWatchActor(IActorRef outbox, IIncidents incidents, TimeProvider clock)
    {
        _outbox = outbox;
        _self = Incarnation(_cluster.SelfUniqueAddress);
        _request = new RepeatedRequest(this, Interval, clock);
        Receive<ClusterEvent.MemberDowned>(downed => Raise(downed.Member.UniqueAddress));
        Receive<ClusterEvent.MemberRemoved>(
            removed => removed.PreviousStatus == MemberStatus.Down,
            removed => Raise(removed.Member.UniqueAddress)
        );
        Receive<ClusterEvent.IMemberEvent>(_ => { });
        Receive<RepeatedRequest.Due>(_ => _request.Repeat());
        Receive<NodeStops>(_ =>
        {
            _stopper = Sender;
            _request.Start(new DeregisterNode(_self), _outbox);
        });
        Receive<NodeNoted>(noted =>
        {
            _request.Answered();
            _stopper.Tell(noted);
        });

        void Raise(UniqueAddress member)
        {
            if (!member.Equals(_cluster.SelfUniqueAddress))
                incidents.Raise(NodeIncidents.Crash(Incarnation(member), clock.GetUtcNow(), "downed"));
        }
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        _cluster.Subscribe(
            Self,
            ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents,
            typeof(ClusterEvent.MemberDowned),
            typeof(ClusterEvent.MemberRemoved)
        );
        _request.Start(new RegisterNode(_self), _outbox);
    }

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    private static NodeIncarnation Incarnation(UniqueAddress node) => new($"{node.Address.Host}:{node.Address.Port}", node.Uid);
}
