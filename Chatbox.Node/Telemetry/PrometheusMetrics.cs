using System.Globalization;
using Chatbox.Actors.Telemetry;
using Prometheus;
using static Chatbox.Node.Telemetry.MetricFactories;

namespace Chatbox.Node.Telemetry;

/// <summary>
/// Counts what a node does, as the series of <see cref="MetricTable"/>. Each instance has a registry of its own: tests run several nodes in
/// one process.
/// </summary>
public sealed class PrometheusMetrics : IChatboxMetrics
{
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
    private readonly Counter _takeovers;
    private readonly Counter _ratings;
    private readonly Counter _sessionsEnded;
    private readonly Counter _sessionsExpired;
    private readonly Histogram _store;
    private readonly Counter _limited;
    private readonly Histogram _socketDuration;
    private readonly Histogram _http;
    private readonly Counter _requests;
    private readonly Counter _security;
    private readonly Gauge _certificateDays;
    private readonly Gauge _clusterWaits;
    private readonly Counter _notifications;
    private readonly Gauge _notificationsWaiting;
    private readonly Gauge _helpWaiting;
    private readonly Gauge _helpLongestWait;
    private readonly Gauge _held;
    private readonly Histogram _helpTaken;
    private readonly Histogram _helpAnswered;
    private readonly Counter _transcriptions;
    private readonly Histogram _transcriptionTime;
    private readonly Counter _speeches;
    private readonly Histogram _speechTime;

    public PrometheusMetrics()
    {
        var make = Metrics.WithCustomRegistry(_registry);
        // Exemplars would look up the current trace on every frame.
        make.ExemplarBehavior = ExemplarBehavior.NoExemplars();

        _sockets = Gauge(make, MetricTable.Sockets);
        _socketDuration = Histogram(make, MetricTable.SocketDuration);
        _framesReceived = Counter(make, MetricTable.FramesReceived);
        _framesSent = Counter(make, MetricTable.FramesSent);
        _errors = Counter(make, MetricTable.Errors);
        _modelRequests = Counter(make, MetricTable.ModelRequests);
        _modelErrors = Counter(make, MetricTable.ModelErrors);
        _firstToken = Histogram(make, MetricTable.FirstToken);
        _tokens = Counter(make, MetricTable.Tokens);
        _sessions = Gauge(make, MetricTable.SessionsInMemory);
        _sessionsCreated = Counter(make, MetricTable.SessionsCreated);
        _sessionsEnded = Counter(make, MetricTable.SessionsEnded);
        _sessionsExpired = Counter(make, MetricTable.SessionsExpired);
        _takeovers = Counter(make, MetricTable.AdminTakeovers);
        _ratings = Counter(make, MetricTable.Ratings);
        Counter(make, MetricTable.AdminMessagesDropped);
        _store = Histogram(make, MetricTable.Store);
        _limited = Counter(make, MetricTable.Limited);
        _http = Histogram(make, MetricTable.RequestDuration);
        _requests = Counter(make, MetricTable.Requests);
        _security = Counter(make, MetricTable.SecurityEvents);
        _notifications = Counter(make, MetricTable.Notifications);
        _notificationsWaiting = Gauge(make, MetricTable.NotificationsWaiting);
        _clusterWaits = Gauge(make, MetricTable.ClusterWaiting);
        _certificateDays = Gauge(make, MetricTable.CertificateDays);
        Operation = new OperationMetrics(make);
        _helpWaiting = Gauge(make, HelpMetricTable.Waiting);
        _helpLongestWait = Gauge(make, HelpMetricTable.LongestWait);
        _held = Gauge(make, HelpMetricTable.Held);
        _helpTaken = Histogram(make, HelpMetricTable.Taken);
        _helpAnswered = Histogram(make, HelpMetricTable.Answered);
        _transcriptions = Counter(make, VoiceMetricTable.Transcriptions);
        _transcriptionTime = Histogram(make, VoiceMetricTable.TranscriptionTime);
        _speeches = Counter(make, VoiceMetricTable.Speeches);
        _speechTime = Histogram(make, VoiceMetricTable.SpeechTime);
        Feed = new FeedMetrics(make);
        FileJudge = new FileJudgeMetrics(make);
        FileStore = new FileStoreMetrics(make);
        FileTransfer = new FileTransferMetrics(make);
        DotNetStats.Register(_registry);
    }

    /// <summary>The series about the state of the node.</summary>
    public OperationMetrics Operation { get; }

    /// <summary>The series about the live feed of admins.</summary>
    public FeedMetrics Feed { get; }

    /// <summary>The series about the judging of files.</summary>
    public FileJudgeMetrics FileJudge { get; }

    /// <summary>The series about the store of files.</summary>
    public FileStoreMetrics FileStore { get; }

    /// <summary>The series about the transfer of files.</summary>
    public FileTransferMetrics FileTransfer { get; }

    /// <summary>Updates series that are read when somebody asks for the metrics.</summary>
    public void BeforeWrite(Func<CancellationToken, Task> update) => _registry.AddBeforeCollectCallback(update);

    public void SocketOpened() => _sockets.Inc();

    public void SocketClosed(TimeSpan open)
    {
        _sockets.Dec();
        _socketDuration.Observe(open.TotalSeconds);
    }

    public void SocketsDrained(int count) => Operation.SocketsDrained(count);

    public void BreakersOpen(string provider, int change) => Operation.BreakersOpen(provider, change);

    public void FrameReceived() => _framesReceived.Inc();

    public void FramesSent(int count) => _framesSent.Inc(count);

    public void ErrorSent(string code) => _errors.Inc();

    public void ModelAsked(string provider) => _modelRequests.WithLabels(provider).Inc();

    public void ModelFailed(string provider) => _modelErrors.WithLabels(provider).Inc();

    public void FirstToken(string provider, TimeSpan latency) => _firstToken.WithLabels(provider).Observe(latency.TotalSeconds);

    public void TokensUsed(string provider, long tokens) => _tokens.WithLabels(provider).Inc(tokens);

    public void Transcribed(string outcome, TimeSpan duration)
    {
        _transcriptions.WithLabels(outcome).Inc();
        _transcriptionTime.Observe(duration.TotalSeconds);
    }

    public void Spoken(string outcome, TimeSpan duration)
    {
        _speeches.WithLabels(outcome).Inc();
        _speechTime.Observe(duration.TotalSeconds);
    }

    public void SessionCreated() => _sessionsCreated.Inc();

    public void SessionEnded() => _sessionsEnded.Inc();

    public void SessionExpired() => _sessionsExpired.Inc();

    public void SessionTakenOver() => _takeovers.Inc();

    public void Rated(string rating) => _ratings.WithLabels(rating).Inc();

    public void SessionsInMemory(int change) => _sessions.Inc(change);

    public void Journaled(string operation, TimeSpan duration) => _store.WithLabels(operation).Observe(duration.TotalSeconds);

    public void HelpDesk(HelpDeskGauges? gauges)
    {
        if (gauges is not { } now)
        {
            foreach (var gauge in new[] { _helpWaiting, _helpLongestWait, _held })
                gauge.Unpublish();
            return;
        }

        _helpWaiting.Set(now.Waiting);
        _helpLongestWait.Set(now.LongestWait.TotalSeconds);
        _held.Set(now.Held);
    }

    public void HelpTaken(TimeSpan waited) => _helpTaken.Observe(waited.TotalSeconds);

    public void HelpAnswered(TimeSpan waited) => _helpAnswered.Observe(waited.TotalSeconds);

    public void AdminEventPublished() => Feed.Published();

    public void LimitHit(string limiter) => _limited.WithLabels(limiter).Inc();

    public void NotificationAttempted(string channel, string outcome) => _notifications.WithLabels(channel, outcome).Inc();

    public void NotificationsWaiting(string channel, int? count)
    {
        if (count is { } waiting)
            _notificationsWaiting.WithLabels(channel).Set(waiting);
        else
            _notificationsWaiting.RemoveLabelled(channel);
    }

    /// <summary>What each limiter has refused since the node started.</summary>
    internal IEnumerable<(string Limiter, double Count)> Refusals() =>
        _limited.GetAllLabelValues().Select(labels => (labels[0], _limited.WithLabels(labels).Value)).ToList();

    /// <summary>Counts the time of an HTTP request; <paramref name="endpoint"/> is a route pattern, never a path.</summary>
    public void Requested(string endpoint, string method, TimeSpan duration) =>
        _http.WithLabels(endpoint, method).Observe(duration.TotalSeconds);

    /// <summary>Counts the status of an HTTP request, apart from its time: statuses would multiply the buckets.</summary>
    public void Answered(string endpoint, string method, int status) =>
        _requests.WithLabels(endpoint, method, status.ToString(CultureInfo.InvariantCulture)).Inc();

    /// <summary>Counts one of the events that <see cref="Telemetry.SecurityEvent"/> names.</summary>
    public void SecurityEvent(string name) => _security.WithLabels(name).Inc();

    /// <summary>Whether this node waits to form or join its cluster.</summary>
    public void ClusterWaits(bool waiting) => _clusterWaits.Set(waiting ? 1 : 0);

    /// <summary>Time until this node's cluster certificate expires, negative afterwards.</summary>
    public void CertificateLasts(TimeSpan left) => _certificateDays.Set(left.TotalDays);

    /// <summary>Writes every series in the Prometheus text format 0.0.4.</summary>
    public Task Write(Stream output, CancellationToken cancellationToken) =>
        _registry.CollectAndExportAsTextAsync(output, cancellationToken);
}
