using static Chatbox.Node.Telemetry.MetricType;

namespace Chatbox.Node.Telemetry;

/// <summary>The series about the state of a node, as operators watch it.</summary>
internal static class OperationMetricTable
{
    public static readonly MetricDefinition Build = new(
        "chatbox_build_info",
        Gauge,
        "always 1",
        "The version of this node, as a label.",
        new MetricLabel("version")
    );

    public static readonly MetricDefinition Starts = new(
        "chatbox_starts_total",
        Counter,
        "starts",
        "Starts of this node since its data folder was created, also those that ended before anybody read their metrics."
    );

    public static readonly MetricDefinition Ready = new("chatbox_ready", Gauge, "0 or 1", "1 while readyz answers 200, else 0.");

    public static readonly MetricDefinition Members = new(
        "chatbox_cluster_members",
        Gauge,
        "nodes",
        "Members of the cluster as this node sees them, itself included."
    );

    public static readonly MetricDefinition Unreachable = new(
        "chatbox_cluster_unreachable_members",
        Gauge,
        "nodes",
        "Members of the cluster that this node cannot reach."
    );

    public static readonly MetricDefinition IndexBacklog = new(
        "chatbox_index_backlog_sessions",
        Gauge,
        "sessions",
        "Sessions on this node whose latest events the index lacks."
    );

    public static readonly MetricDefinition StoreConnections = new(
        "chatbox_store_connections",
        Gauge,
        "connections",
        "Connections in the pool of this node, only with PostgreSQL.",
        new MetricLabel("state")
    );

    public static readonly MetricDefinition StoreConnectionsMost = new(
        "chatbox_store_connections_max",
        Gauge,
        "connections",
        "Size of this node's pool (POSTGRES_MAX_CONNECTIONS), only with PostgreSQL."
    )
    {
        IsOptional = true,
    };

    public static readonly MetricDefinition OpenBreakers = new(
        "chatbox_llm_open_breakers",
        Gauge,
        "models",
        "Models of a provider whose circuit breaker on this node is open.",
        new MetricLabel("provider")
    );

    public static readonly MetricDefinition Drained = new(
        "chatbox_drained_sockets_total",
        Counter,
        "sockets",
        "Sockets that were asked to connect to another node, because this one stops."
    );

    public static IReadOnlyList<MetricDefinition> All { get; } =
    [Build, Starts, Ready, Members, Unreachable, IndexBacklog, StoreConnections, StoreConnectionsMost, OpenBreakers, Drained];
}
