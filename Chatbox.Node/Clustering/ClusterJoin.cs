using Akka.Actor;
using Akka.Cluster;
using Chatbox.Node.Clustering.Links;
using Chatbox.Node.Telemetry;

namespace Chatbox.Node.Clustering;

/// <summary>
/// Makes this node join its cluster, and keeps its entry in the register. Akka's own first seed forms a new cluster when it reaches no other
/// node: if it restarts during a network partition, every session runs twice. Here the node reads the register in the store first, and
/// <see cref="ClusterFormation"/> decides.
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

    /// <summary>Why this node is not in its cluster yet, without host names; null if it is a member.</summary>
    public string? Waiting { get; private set; } = "this node has not read the register of its cluster yet";

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
            // The entry expires by itself, like the entry of a dead node.
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
            await register.Renew(options.Address, _cluster.SelfUniqueAddress.Uid, cancellationToken);
            return;
        }

        // A removed node never joins again in the same process.
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
                Waiting = "this node waits until the members of its cluster accept it";
                if (IsTimeToLog())
                    LogJoins(string.Join(", ", join.Members));
                _ = Join(join.Members);
                break;
            case FormationStep.Form when await register.TryForm(options.Address, cancellationToken):
                Waiting = "this node forms the cluster";
                // Akka contacts the other seeds before it forms a cluster: after an outage, the store does not know living members.
                if (Join([options.Address, .. options.Seeds.Where(seed => seed != options.Address)]))
                    LogForms();
                break;
            case FormationStep.Form:
                Waiting = "another node is forming the cluster";
                break;
            case FormationStep.Wait wait:
                Waiting = $"this node waits for more seeds to form the cluster: {wait.Present} of {wait.Needed} are starting";
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

    /// <summary>Joins nodes; false if this node is already trying to join them.</summary>
    private bool Join(IReadOnlyList<ClusterAddress> nodes)
    {
        if (_joining.SetEquals(nodes))
            return false;
        _joining = nodes.ToHashSet();
        _cluster.JoinSeedNodes([.. nodes.Select(ToAkka)]);
        return true;
    }

    private Address ToAkka(ClusterAddress node) => _cluster.SelfAddress.WithHost(NodeTransport.HostInAkka(node.Host)).WithPort(node.Port);

    [LoggerMessage(170, LogLevel.Information, "The cluster has members: {Members}. This node joins them")]
    private partial void LogJoins(string members);

    [LoggerMessage(171, LogLevel.Warning, "The register of cluster members cannot be reached")]
    private partial void LogStoreAway(Exception failure);

    [LoggerMessage(176, LogLevel.Information, "No cluster member is alive, so this node forms the cluster")]
    private partial void LogForms();

    [LoggerMessage(
        177,
        LogLevel.Warning,
        "This node waits for a cluster: {Present} of at least {Needed} seeds are starting. Missing: {Missing}"
    )]
    private partial void LogWaits(int present, int needed, string missing);
}
