using Akka.Actor;
using Akka.Cluster;
using Chatbox.Actors.Index;
using Chatbox.Node.Stores;
using Chatbox.Node.Telemetry;

namespace Chatbox.Node.Health;

/// <summary>Reads the state of the node whenever somebody asks for its metrics.</summary>
internal sealed class NodeGauges(
    PrometheusMetrics metrics,
    Readiness readiness,
    DrainState drain,
    ActorSystem system,
    IndexLag lag,
    NodeStore store
) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        metrics.BeforeWrite(_ => Update());
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task Update()
    {
        var series = metrics.Operation;
        series.Ready(await readiness.AllReady() && !drain.IsDraining);
        var cluster = Cluster.Get(system).State;
        series.Members(cluster.Members.Count, cluster.Unreachable.Count);
        series.IndexBacklog(lag.Count);
        if (store.ReadPool() is { } pool)
            series.StoreConnections(pool.Used, pool.Idle, pool.Most);
    }
}
