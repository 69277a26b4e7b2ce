using Akka.Actor;
using Akka.Cluster;
using Chatbox.Node.Clustering.Links;
using Chatbox.Node.Telemetry;

namespace Chatbox.Node.Clustering;

/// <summary>
/// Brings this node into its cluster, and keeps the node in the register while it is there. Left to itself, Akka's first seed forms a
/// cluster of its own when it reaches no other node: started again while it is cut off, it would serve every session a second time. Here
/// the node asks the store first, and <see cref="ClusterFormation"/> decides.
/// </summary>
internal sealed partial class ClusterJoin(
    ActorSystem system,
    ClusterNodeOptions options,
    IClusterRegister register,
    PrometheusMetrics metrics,
    TimeProvider clock,
    ILogger<ClusterJoin> log
) : BackgroundService
{
    private static readonly TimeSpan RenewInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan StartInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LogAgainAfter = TimeSpan.FromMinutes(1);

    private readonly Cluster _cluster = Cluster.Get(system);
    private readonly long _startedAt = clock.GetTimestamp();
    private IReadOnlySet<ClusterAddress> _joining = new HashSet<ClusterAddress>();
    private long? _loggedAt;
    private bool _wasMember;

    /// <summary>Why this node is not in its cluster yet, in words without host names; null when it is.</summary>
    public string? Waiting { get; private set; } = "this node has not asked the register of its cluster yet";

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (!_wasMember)
            return;
        try
        {
            await register.Leave(options.Address);
        }
        catch (Exception e)
        {
            // The entry outlives this node by its lifetime, like the entry of a node that died.
            LogStoreAway(e);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ticks = new PeriodicTimer(StartInterval, clock);
        do
        {
            try
            {
                await Step(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (IsTimeToLog())
                    LogStoreAway(e);
            }

            metrics.ClusterWaits(Waiting is not null);
            ticks.Period = _wasMember ? RenewInterval : StartInterval;
        } while (await ticks.WaitForNextTickAsync(stoppingToken));
    }

    private async Task Step(CancellationToken cancellationToken)
    {
        if (!_cluster.IsTerminated && _cluster.SelfMember.Status is not (MemberStatus.Removed or MemberStatus.Down))
        {
            (_wasMember, Waiting) = (true, null);
            await register.Renew(options.Address, cancellationToken);
            return;
        }

        // A node that was put out never comes back in the same process.
        if (_wasMember)
            return;
        var members = await register.Others(options.Address, cancellationToken);
        var candidates = await register.Announce(options.Address, cancellationToken);
        await Take(
            ClusterFormation.Decide(options.Address, options.Seeds, members, candidates, clock.GetElapsedTime(_startedAt)),
            cancellationToken
        );
    }

    private async Task Take(FormationStep step, CancellationToken cancellationToken)
    {
        switch (step)
        {
            case FormationStep.Join join:
                Waiting = "this node waits for the members of its cluster to let it in";
                if (IsTimeToLog())
                    LogJoins(string.Join(", ", join.Members));
                _ = Join(join.Members);
                break;
            case FormationStep.Form when await register.TryForm(options.Address, cancellationToken):
                Waiting = "this node forms the cluster";
                // Akka asks the other seeds once more before it begins: a store that was away has forgotten members that live.
                if (Join([options.Address, .. options.Seeds.Where(seed => seed != options.Address)]))
                    LogForms();
                break;
            case FormationStep.Form:
                Waiting = "another node forms the cluster at this moment";
                break;
            case FormationStep.Wait wait:
                Waiting = $"this node waits for others to form the cluster with: {wait.Present} of {wait.Needed} seeds are there";
                if (IsTimeToLog())
                    LogWaits(wait.Present, wait.Needed, string.Join(", ", wait.Missing));
                break;
        }
    }

    private bool IsTimeToLog()
    {
        if (_loggedAt is { } last && clock.GetElapsedTime(last) < LogAgainAfter)
            return false;
        _loggedAt = clock.GetTimestamp();
        return true;
    }

    /// <summary>False if this node is trying these already.</summary>
    private bool Join(IReadOnlyList<ClusterAddress> nodes)
    {
        if (_joining.SetEquals(nodes))
            return false;
        _joining = nodes.ToHashSet();
        _cluster.JoinSeedNodes([.. nodes.Select(ToAkka)]);
        return true;
    }

    private Address ToAkka(ClusterAddress node) => _cluster.SelfAddress.WithHost(NodeTransport.HostInAkka(node.Host)).WithPort(node.Port);

    [LoggerMessage(170, LogLevel.Information, "The cluster has members: {Members}. This node joins them, and forms no cluster of its own")]
    private partial void LogJoins(string members);

    [LoggerMessage(171, LogLevel.Warning, "The register of the cluster's members cannot be reached")]
    private partial void LogStoreAway(Exception failure);

    [LoggerMessage(176, LogLevel.Information, "No member of the cluster is alive, and this node forms the cluster")]
    private partial void LogForms();

    [LoggerMessage(
        177,
        LogLevel.Warning,
        "This node waits for a cluster: {Present} of at least {Needed} seeds are starting. Missing: {Missing}"
    )]
    private partial void LogWaits(int present, int needed, string missing);
}
