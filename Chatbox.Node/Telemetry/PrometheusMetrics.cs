using System.Globalization;
using Chatbox.Actors.Telemetry;
using Prometheus;

namespace Chatbox.Node.Telemetry;

/// <summary>
/// The series of protocol section 8, in a registry of their own so that several nodes can live in one process. Names and types are a
/// contract with existing dashboards; two gauges end in <c>_total</c> for their sake.
/// </summary>
public sealed class PrometheusMetrics : IChatboxMetrics
{
    private static readonly double[] SocketSeconds = [1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600];
    private static readonly double[] FirstTokenSeconds = [0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 20, 30];
    private static readonly double[] StoreSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly double[] HttpSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly string[] Limiters = ["message", "connection", "public", "admin"];

    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly Gauge _sockets;
    private readonly Counter _framesReceived;
    private readonly Counter _framesSent;
    private readonly Counter _errors;
    private readonly Counter _modelRequests;
    private readonly Counter _modelErrors;
    private readonly Histogram _firstToken;
    private readonly Counter _tokens;
    private readonly Gauge _sessions;
    private readonly Counter _sessionsCreated;
    private readonly Counter _sessionsEnded;
    private readonly Histogram _store;
    private readonly Counter _limited;
    private readonly Histogram _socketDuration;
    private readonly Histogram _http;
    private readonly Counter _requests;
    private readonly Counter _security;
    private readonly Gauge _certificateDays;
    private readonly Gauge _clusterWaits;

    public PrometheusMetrics()
    {
        // Exemplars would look up the current trace on every frame.
        var make = Metrics.WithCustomRegistry(_registry);
        make.ExemplarBehavior = ExemplarBehavior.NoExemplars();

        _sockets = make.CreateGauge("chatbox_websocket_connections_total", "Open WebSockets on this node.");
        _framesReceived = make.CreateCounter("chatbox_messages_received_total", "Frames received from clients.");
        _framesSent = make.CreateCounter("chatbox_messages_sent_total", "Frames sent to clients.");
        _errors = make.CreateCounter("chatbox_message_errors_total", "Error frames sent to clients.");
        _modelRequests = make.CreateCounter("chatbox_llm_requests_total", "Requests to model providers, every try counted.", "provider");
        _modelErrors = make.CreateCounter("chatbox_llm_errors_total", "Failed requests to model providers.", "provider");
        _firstToken = make.CreateHistogram(
            "chatbox_llm_latency_seconds",
            "Time from the request to a model provider to its first token.",
            ["provider"],
            new HistogramConfiguration { Buckets = FirstTokenSeconds }
        );
        _tokens = make.CreateCounter(
            "chatbox_tokens_used_total",
            "Tokens of finished answers, prompt and completion together.",
            "provider"
        );
        _sessions = make.CreateGauge("chatbox_active_sessions_total", "Sessions in the memory of this node.");
        _sessionsCreated = make.CreateCounter("chatbox_sessions_created_total", "Sessions created.");
        _sessionsEnded = make.CreateCounter("chatbox_sessions_ended_total", "Sessions ended.");
        make.CreateCounter("chatbox_admin_takeovers_total", "Sessions taken over by an admin.");
        make.CreateCounter("chatbox_admin_messages_dropped_total", "Messages to assisting admins that were dropped.");
        _store = make.CreateHistogram(
            "chatbox_mongodb_operation_seconds",
            "Time of one operation of the journal or the index, whatever the store.",
            ["operation"],
            new HistogramConfiguration { Buckets = StoreSeconds }
        );
        _limited = make.CreateCounter("chatbox_ratelimit_blocked_total", "What a limit refused.", "limiter");
        _socketDuration = make.CreateHistogram(
            "chatbox_websocket_connection_duration_seconds",
            "How long WebSockets were open.",
            new HistogramConfiguration { Buckets = SocketSeconds }
        );
        _http = make.CreateHistogram(
            "chatbox_http_request_duration_seconds",
            "Time of HTTP requests by route; WebSockets are not counted.",
            ["endpoint", "method"],
            new HistogramConfiguration { Buckets = HttpSeconds }
        );
        _clusterWaits = make.CreateGauge("chatbox_cluster_waiting", "1 while this node waits to form or join its cluster, else 0.");
        _certificateDays = make.CreateGauge(
            "chatbox_cluster_certificate_days_left",
            "Days until this node's cluster certificate expires, negative afterwards; only with CLUSTER_TLS_CERTIFICATE.",
            new GaugeConfiguration { SuppressInitialValue = true }
        );

        _requests = make.CreateCounter(
            "chatbox_http_requests_total",
            "HTTP requests by route and status; WebSockets are not counted.",
            "endpoint",
            "method",
            "status"
        );
        _security = make.CreateCounter("chatbox_security_events_total", "What was refused for the sake of security.", "event");

        // A label value that has never been seen is a missing series, on which no alert rule can be written.
        foreach (var limiter in Limiters)
            _limited.WithLabels(limiter);
        foreach (var name in Telemetry.SecurityEvent.All)
            _security.WithLabels(name);
        DotNetStats.Register(_registry);
    }

    public void SocketOpened() => _sockets.Inc();

    public void SocketClosed(TimeSpan open)
    {
        _sockets.Dec();
        _socketDuration.Observe(open.TotalSeconds);
    }

    public void FrameReceived() => _framesReceived.Inc();

    public void FramesSent(int count) => _framesSent.Inc(count);

    public void ErrorSent(string code) => _errors.Inc();

    public void ModelAsked(string provider) => _modelRequests.WithLabels(provider).Inc();

    public void ModelFailed(string provider) => _modelErrors.WithLabels(provider).Inc();

    public void FirstToken(string provider, TimeSpan latency) => _firstToken.WithLabels(provider).Observe(latency.TotalSeconds);

    public void TokensUsed(string provider, long tokens) => _tokens.WithLabels(provider).Inc(tokens);

    public void SessionCreated() => _sessionsCreated.Inc();

    public void SessionEnded() => _sessionsEnded.Inc();

    public void SessionsInMemory(int change) => _sessions.Inc(change);

    public void Journaled(string operation, TimeSpan duration) => _store.WithLabels(operation).Observe(duration.TotalSeconds);

    public void LimitHit(string limiter) => _limited.WithLabels(limiter).Inc();

    /// <summary>One HTTP request was answered; <paramref name="endpoint"/> is a route pattern, never a path.</summary>
    public void Requested(string endpoint, string method, TimeSpan duration) =>
        _http.WithLabels(endpoint, method).Observe(duration.TotalSeconds);

    /// <summary>What an HTTP request was answered; apart from its time, so that statuses do not multiply the buckets.</summary>
    public void Answered(string endpoint, string method, int status) =>
        _requests.WithLabels(endpoint, method, status.ToString(CultureInfo.InvariantCulture)).Inc();

    /// <summary>One of <see cref="Telemetry.SecurityEvent"/>.</summary>
    public void SecurityEvent(string name) => _security.WithLabels(name).Inc();

    public void ClusterWaits(bool waiting) => _clusterWaits.Set(waiting ? 1 : 0);

    /// <summary>How long this node's cluster certificate is still good for; negative once it has expired.</summary>
    public void CertificateLasts(TimeSpan left) => _certificateDays.Set(left.TotalDays);

    /// <summary>Writes every series in the Prometheus text format 0.0.4.</summary>
    public Task WriteAsync(Stream output, CancellationToken stop) => _registry.CollectAndExportAsTextAsync(output, stop);
}
