using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Hosting;
using Chatbox.Messages.Clustering;
using static Chatbox.Messages.Clustering.LinkProtocol;

namespace Chatbox.Actors.Clustering;

/// <summary>
/// While a member is unreachable for any node, exchanges reports about links with all other nodes, and takes this node out of the cluster
/// if a broken link between two living nodes costs it (<see cref="LinkReports"/>). Has a fixed path on every node.
/// </summary>
public sealed class LinkReportActor : ReceiveActor, IWithTimers
{
    public const string Name = "links";

    /// <summary>Time between two reports of a node.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly LinkReports _reports;
    private readonly TimeProvider _clock;
    private long _number;

    public LinkReportActor(TimeProvider clock)
    {
        _clock = clock;
        _reports = new LinkReports(Text(_cluster.SelfUniqueAddress));
        Receive<ClusterEvent.IReachabilityEvent>(_ => Begin());
        Receive<ShareLinkReports>(share =>
        {
            foreach (var report in share.Reports)
                _reports.Take(report, clock.GetUtcNow());

            // Gossip may not have told this node yet what others see.
            if (_reports.AnyBroken(clock.GetUtcNow()))
                Begin();
        });
        Receive<Report>(_ => OnReport());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() =>
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IReachabilityEvent));

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    private void Begin()
    {
        if (Timers.IsTimerActive(Report.Instance))
            return;
        Timers.StartPeriodicTimer(Report.Instance, Report.Instance, Interval);
        OnReport();
    }

    private void OnReport()
    {
        var now = _clock.GetUtcNow();
        var members = Members();
        var others = members.Where(member => !member.UniqueAddress.Equals(_cluster.SelfUniqueAddress)).ToList();
        var unreachable = others.Where(IsUnreachable).Select(member => Text(member.UniqueAddress));
        _reports.Take(new LinkReport(Text(_cluster.SelfUniqueAddress), ++_number, [.. unreachable]), now);
        if (!_reports.AnyBroken(now))
        {
            Timers.Cancel(Report.Instance);
            return;
        }

        if (_reports.MustLeave([.. members.Select(member => Text(member.UniqueAddress))], now))
        {
            _log.Error("This node leaves the cluster: it is alive, but has no link to another living node");
            _cluster.Down(_cluster.SelfAddress);
            Context.Stop(Self);
            return;
        }

        var share = new ShareLinkReports(_reports.All);
        foreach (var member in others)
            Context.ActorSelection(new RootActorPath(member.Address) / "user" / Name).Tell(share);
    }

    /// <summary>The members that the resolver counts, the oldest first.</summary>
    private List<Member> Members() =>
        [.. _cluster.State.Members.Where(member => member.Status is MemberStatus.Up or MemberStatus.Leaving).Order(Member.AgeOrdering)];

    private bool IsUnreachable(Member member) =>
        _cluster.FailureDetector.IsMonitoring(member.Address) && !_cluster.FailureDetector.IsAvailable(member.Address);

    private static string Text(UniqueAddress node) => $"{node.Address}#{node.Uid}";

    /// <summary>Time for the next report.</summary>
    private sealed record Report
    {
        public static Report Instance { get; } = new();
    }
}

/// <summary>Lets a node leave instead of costing the cluster two nodes.</summary>
public static class LinkReportHosting
{
    /// <summary>Starts the <see cref="LinkReportActor"/>. A cluster of one node never wakes it.</summary>
    public static AkkaConfigurationBuilder WithLinkReports(this AkkaConfigurationBuilder builder, TimeProvider clock) =>
        builder.WithActors((system, _) => system.ActorOf(Props.Create(() => new LinkReportActor(clock)), LinkReportActor.Name));
}
