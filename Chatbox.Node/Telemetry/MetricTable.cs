using static Chatbox.Node.Telemetry.MetricType;

namespace Chatbox.Node.Telemetry;

/// <summary>
/// Every series of a node. A new metric is one row here, and one method of <see cref="PrometheusMetrics"/> that changes it.
/// </summary>
internal static class MetricTable
{
    private static readonly MetricLabel Provider = new("provider");

    public static readonly MetricDefinition Sockets = new(
        "chatbox_websocket_connections_total",
        Gauge,
        "sockets",
        "Open WebSockets on this node."
    );

    public static readonly MetricDefinition SocketDuration = new(
        "chatbox_websocket_connection_duration_seconds",
        Histogram,
        "seconds",
        "How long closed WebSockets were open."
    )
    {
        Buckets = [1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600],
    };

    public static readonly MetricDefinition FramesReceived = new(
        "chatbox_messages_received_total",
        Counter,
        "frames",
        "Frames received from clients."
    );

    public static readonly MetricDefinition FramesSent = new("chatbox_messages_sent_total", Counter, "frames", "Frames sent to clients.");

    public static readonly MetricDefinition Errors = new(
        "chatbox_message_errors_total",
        Counter,
        "frames",
        "Error frames sent to clients."
    );

    public static readonly MetricDefinition ModelRequests = new(
        "chatbox_llm_requests_total",
        Counter,
        "requests",
        "Requests to model providers; each retry counts.",
        Provider
    );

    public static readonly MetricDefinition ModelErrors = new(
        "chatbox_llm_errors_total",
        Counter,
        "requests",
        "Failed requests to model providers.",
        Provider
    );

    public static readonly MetricDefinition FirstToken = new(
        "chatbox_llm_latency_seconds",
        Histogram,
        "seconds",
        "Time from the request to a model provider to its first token.",
        Provider
    )
    {
        Buckets = [0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 20, 30],
    };

    public static readonly MetricDefinition Tokens = new(
        "chatbox_tokens_used_total",
        Counter,
        "tokens",
        "Tokens of finished answers, prompt and completion together.",
        Provider
    );

    public static readonly MetricDefinition SessionsInMemory = new(
        "chatbox_active_sessions_total",
        Gauge,
        "sessions",
        "Sessions in the memory of this node."
    );

    public static readonly MetricDefinition SessionsCreated = new(
        "chatbox_sessions_created_total",
        Counter,
        "sessions",
        "Sessions whose first message was stored."
    );

    public static readonly MetricDefinition SessionsEnded = new(
        "chatbox_sessions_ended_total",
        Counter,
        "sessions",
        "Sessions that ended."
    );

    public static readonly MetricDefinition SessionsExpired = new(
        "chatbox_sessions_expired_total",
        Counter,
        "sessions",
        "Sessions that were erased because nobody had used them for RETENTION_DAYS; counted by the node that leads the cluster."
    );

    public static readonly MetricDefinition AdminTakeovers = new(
        "chatbox_admin_takeovers_total",
        Counter,
        "sessions",
        "Sessions taken over by an admin."
    );

    public static readonly MetricDefinition Ratings = new(
        "chatbox_ratings_total",
        Counter,
        "ratings",
        "Messages and sessions rated by people. A rating that replaces an earlier one counts again.",
        new MetricLabel("rating", "up", "down")
    );

    public static readonly MetricDefinition AdminMessagesDropped = new(
        "chatbox_admin_messages_dropped_total",
        Counter,
        "messages",
        "Messages to assisting admins that were dropped; always 0 in this version."
    );

    public static readonly MetricDefinition Store = new(
        "chatbox_mongodb_operation_seconds",
        Histogram,
        "seconds",
        "Time of one write of a session or a user to the journal, or of an update to the index, in any database.",
        new MetricLabel("operation")
    )
    {
        Buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    public static readonly MetricDefinition Limited = new(
        "chatbox_ratelimit_blocked_total",
        Counter,
        "refusals",
        "Messages, sockets and requests that a limit refused.",
        new MetricLabel("limiter", "message", "command", "connection", "public", "user", "admin")
    );

    public static readonly MetricDefinition RequestDuration = new(
        "chatbox_http_request_duration_seconds",
        Histogram,
        "seconds",
        "Time of HTTP requests by route, without WebSockets.",
        new MetricLabel("endpoint"),
        new MetricLabel("method")
    )
    {
        Buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    public static readonly MetricDefinition Requests = new(
        "chatbox_http_requests_total",
        Counter,
        "requests",
        "HTTP requests by route and status, without WebSockets.",
        new MetricLabel("endpoint"),
        new MetricLabel("method"),
        new MetricLabel("status")
    );

    public static readonly MetricDefinition SecurityEvents = new(
        "chatbox_security_events_total",
        Counter,
        "refusals",
        "Requests and sockets refused for security reasons.",
        new MetricLabel("event", [.. SecurityEvent.All])
    );

    public static readonly MetricDefinition Notifications = new(
        "chatbox_notifications_total",
        Counter,
        "attempts",
        "Attempts to tell admins of an incident: sent, failed and tried again, abandoned, or not made because of the limit.",
        new MetricLabel("channel", "mail", "sms", "webhook", "log"),
        new MetricLabel("outcome", "sent", "failed", "abandoned", "over_limit")
    );

    public static readonly MetricDefinition NotificationsWaiting = new(
        "chatbox_notifications_waiting",
        Gauge,
        "notifications",
        "Notifications that a recipient still has to get; only on the node on which the outbox lives.",
        new MetricLabel("channel", "mail", "sms", "webhook", "log")
    )
    {
        IsOptional = true,
    };

    public static readonly MetricDefinition ClusterWaiting = new(
        "chatbox_cluster_waiting",
        Gauge,
        "0 or 1",
        "1 while this node waits to form or join its cluster, else 0."
    );

    public static readonly MetricDefinition CertificateDays = new(
        "chatbox_cluster_certificate_days_left",
        Gauge,
        "days",
        "Days until this node's cluster certificate expires, negative afterwards; only with CLUSTER_TLS_CERTIFICATE."
    )
    {
        IsOptional = true,
    };

    public static IReadOnlyList<MetricDefinition> All { get; } =
    [
        Sockets,
        SocketDuration,
        FramesReceived,
        FramesSent,
        Errors,
        ModelRequests,
        ModelErrors,
        FirstToken,
        Tokens,
        SessionsInMemory,
        SessionsCreated,
        SessionsEnded,
        SessionsExpired,
        AdminTakeovers,
        Ratings,
        AdminMessagesDropped,
        Store,
        Limited,
        RequestDuration,
        Requests,
        SecurityEvents,
        Notifications,
        NotificationsWaiting,
        ClusterWaiting,
        CertificateDays,
        .. OperationMetricTable.All,
        .. HelpMetricTable.All,
        .. FeedMetricTable.All,
        .. FileJudgeMetricTable.All,
        .. FileStoreMetricTable.All,
        .. FileTransferMetricTable.All,
        .. VoiceMetricTable.All,
    ];
}
