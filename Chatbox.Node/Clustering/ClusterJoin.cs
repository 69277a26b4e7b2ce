using Akka.Actor;
using Akka.Cluster;
using Chatbox.Node.Configuration;

namespace Chatbox.Node.Clustering;

/// <summary>
/// Brings this node into its cluster, and keeps it in the register while it is there. Left to itself, the first seed forms a cluster of
/// its own when it reaches no other: started again while it is cut off, it would serve every session a second time. Here it first asks
/// the store whether others are alive, and then only joins them.
/// </summary>
internal sealed partial class ClusterJoin(
    ActorSystem system,
    ClusterNodeOptions options,
    IClusterRegister register,
    TimeProvider clock,
    ILogger<ClusterJoin> log
) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Cluster _cluster = Cluster.Get(system);
    private IReadOnlySet<ClusterAddress>? _others;
    private bool _wasMember;

    /// <summary>Others are members, and this node has not been let in by any of them yet.</summary>
    public bool WaitsForOthers => !_wasMember && _others is { Count: > 0 };

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
            // The entry outlives this node by its lifetime, as that of a node that died does.
            LogStoreAway(e);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ticks = new PeriodicTimer(Interval, clock);
        do
        {
            try
            {
                await Step(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogStoreAway(e);
            }
        } while (await ticks.WaitForNextTickAsync(stoppingToken));
    }

    private async Task Step(CancellationToken stop)
    {
        if (!_cluster.IsTerminated && _cluster.SelfMember.Status is not (MemberStatus.Removed or MemberStatus.Down))
        {
            _wasMember = true;
            await register.Renew(options.Address, stop);
            return;
        }

        // Whoever was put out never comes back in the same process.
        if (_wasMember)
            return;
        var others = (await register.Others(options.Address, stop)).ToHashSet();
        if (_others is not null && others.SetEquals(_others))
            return;
        _others = others;
        if (others.Count > 0)
            LogWaits(string.Join(", ", others));
        Join(others.Count > 0 ? others.Union(options.Seeds).Where(node => node != options.Address) : options.Seeds);
    }

    private void Join(IEnumerable<ClusterAddress> seeds) => _cluster.JoinSeedNodes([.. seeds.Select(ToAkka)]);

    private Address ToAkka(ClusterAddress node) => _cluster.SelfAddress.WithHost(node.Host).WithPort(node.Port);

    [LoggerMessage(170, LogLevel.Information, "The cluster has members: {Others}. This node joins them, and forms no cluster of its own")]
    private partial void LogWaits(string others);

    [LoggerMessage(171, LogLevel.Warning, "The register of the cluster's members cannot be reached")]
    private partial void LogStoreAway(Exception failure);
}
