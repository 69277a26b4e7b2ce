using Chatbox.Node.Clustering.Links;
using Chatbox.Node.Telemetry;

namespace Chatbox.Node.Clustering;

/// <summary>
/// Looks at this node's cluster certificate every minute: how many days it is still good for becomes a metric, and a log line when the
/// days are few. Renewed files are noticed here even when no connection opens.
/// </summary>
internal sealed partial class CertificateWatch(ClusterTls tls, PrometheusMetrics metrics, TimeProvider clock, ILogger<CertificateWatch> log)
    : BackgroundService
{
    /// <summary>From this many days on, the log says once a day that the certificate needs to be renewed.</summary>
    public const int WarnDays = 14;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan WarnAgainAfter = TimeSpan.FromDays(1);

    private DateTimeOffset? _warnedAt;
    private string? _serial;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        tls.Unusable = LogUnusable;
        using var ticks = new PeriodicTimer(Interval, clock);
        do Look();
        while (await ticks.WaitForNextTickAsync(stoppingToken));
    }

    private void Look()
    {
        var credentials = tls.Current;
        var now = clock.GetUtcNow();
        var left = credentials.ExpiresAt - now;
        metrics.CertificateLasts(left);
        if (_serial is not null && _serial != credentials.Certificate.SerialNumber)
        {
            LogRenewed(credentials.ExpiresAt);
            _warnedAt = null;
        }

        _serial = credentials.Certificate.SerialNumber;
        if (left.TotalDays > WarnDays || now - _warnedAt < WarnAgainAfter)
            return;
        _warnedAt = now;
        if (left > TimeSpan.Zero)
            LogExpires(credentials.ExpiresAt);
        else
            LogExpired(credentials.ExpiresAt);
    }

    [LoggerMessage(
        172,
        LogLevel.Information,
        "The cluster certificate was renewed; new connections use it. It is good until {ExpiresAt:u}"
    )]
    private partial void LogRenewed(DateTimeOffset expiresAt);

    [LoggerMessage(
        173,
        LogLevel.Warning,
        "The cluster certificate is good until {ExpiresAt:u} only. Replace the files of CLUSTER_TLS_CERTIFICATE and CLUSTER_TLS_KEY; no restart is needed"
    )]
    private partial void LogExpires(DateTimeOffset expiresAt);

    [LoggerMessage(
        174,
        LogLevel.Error,
        "The cluster certificate expired at {ExpiresAt:u}: other nodes refuse new connections of this one. Replace the files of CLUSTER_TLS_CERTIFICATE and CLUSTER_TLS_KEY; no restart is needed"
    )]
    private partial void LogExpired(DateTimeOffset expiresAt);

    [LoggerMessage(175, LogLevel.Warning, "The changed files of CLUSTER_TLS_ cannot be used, and the earlier certificates stay in force")]
    private partial void LogUnusable(Exception failure);
}
