using System.Reflection;
using Prometheus;
using static Chatbox.Node.Telemetry.MetricFactories;

namespace Chatbox.Node.Telemetry;

/// <summary>Shows the state of a node, as the series of <see cref="OperationMetricTable"/>.</summary>
public sealed class OperationMetrics
{
    private readonly Counter _starts;
    private readonly Gauge _ready;
    private readonly Gauge _members;
    private readonly Gauge _unreachable;
    private readonly Gauge _backlog;
    private readonly Gauge _connections;
    private readonly Gauge _mostConnections;
    private readonly Gauge _breakers;
    private readonly Counter _drained;

    internal OperationMetrics(IMetricFactory make)
    {
        Gauge(make, OperationMetricTable.Build).WithLabels(Version).Set(1);
        _starts = Counter(make, OperationMetricTable.Starts);
        _ready = Gauge(make, OperationMetricTable.Ready);
        _members = Gauge(make, OperationMetricTable.Members);
        _unreachable = Gauge(make, OperationMetricTable.Unreachable);
        _backlog = Gauge(make, OperationMetricTable.IndexBacklog);
        _connections = Gauge(make, OperationMetricTable.StoreConnections);
        _mostConnections = Gauge(make, OperationMetricTable.StoreConnectionsMost);
        _breakers = Gauge(make, OperationMetricTable.OpenBreakers);
        _drained = Counter(make, OperationMetricTable.Drained);
    }

    /// <summary>The version of the build, with the commit if the build knows it.</summary>
    public static string Version { get; } =
        typeof(OperationMetrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>Number of starts of this node, this one included.</summary>
    public void Started(long times) => _starts.IncTo(times);

    /// <summary>Whether <c>readyz</c> answers 200.</summary>
    public void Ready(bool isReady) => _ready.Set(isReady ? 1 : 0);

    /// <summary>The members of the cluster, and those among them that cannot be reached.</summary>
    public void Members(int all, int unreachable)
    {
        _members.Set(all);
        _unreachable.Set(unreachable);
    }

    /// <summary>Sessions whose latest events the index lacks.</summary>
    public void IndexBacklog(int sessions) => _backlog.Set(sessions);

    /// <summary>Connections of the pool.</summary>
    public void StoreConnections(int used, int idle, int most)
    {
        _connections.WithLabels("used").Set(used);
        _connections.WithLabels("idle").Set(idle);
        _mostConnections.Set(most);
    }

    /// <summary>Breakers of a provider's models opened, or, if the number is negative, closed.</summary>
    public void BreakersOpen(string provider, int change) => _breakers.WithLabels(provider).Inc(change);

    /// <summary>Sockets were asked to connect to another node.</summary>
    public void SocketsDrained(int count) => _drained.Inc(count);
}
