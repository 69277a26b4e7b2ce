using Chatbox.Node.Clustering.Links;
using Chatbox.Node.Telemetry;

namespace Chatbox.Node.Clustering;

/// <summary>
/// Checks the cluster certificate of this node every minute: exports the remaining days as a metric, and warns when few days are left. Also
/// notices renewed files while no connection opens.
/// </summary>
internal sealed partial class CertificateWatch(ClusterTls tls, PrometheusMetrics metrics, TimeProvider clock, ILogger<CertificateWatch> log)
    : BackgroundService
{
    /// <summary>Remaining days from which on the log warns once a day.</summary>
    public const int WarnDays = 14;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan WarnAgainAfter = TimeSpan.FromDays(1);

    private DateTimeOffset? _warnedAt;
    private string? _serial;
    private string? _authorities;

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
        var authorities = string.Join("; ", credentials.Authorities);
        if (_authorities is not null && _authorities != authorities)
            LogAuthorities(authorities);
        _authorities = authorities;
        if (left.TotalDays > WarnDays || now - _warnedAt < WarnAgainAfter)
            return;
        _warnedAt = now;
        if (left > TimeSpan.Zero)
            LogExpires(credentials.ExpiresAt);
        else
            LogExpired(credentials.ExpiresAt);
    }

    [LoggerMessage(172, LogLevel.Information, "The cluster certificate was renewed. New connections use it; it expires at {ExpiresAt:u}")]
    private partial void LogRenewed(DateTimeOffset expiresAt);

    [LoggerMessage(
        178,
        LogLevel.Information,
        "The authorities of the cluster have changed. New connections accept certificates of: {Authorities}"
    )]
    private partial void LogAuthorities(string authorities);

    [LoggerMessage(
        173,
        LogLevel.Warning,
        "The cluster certificate expires at {ExpiresAt:u}. Replace the files of CLUSTER_TLS_CERTIFICATE and CLUSTER_TLS_KEY; no restart is needed"
    )]
    private partial void LogExpires(DateTimeOffset expiresAt);

    [LoggerMessage(
        174,
        LogLevel.Error,
        "The cluster certificate expired at {ExpiresAt:u}: other nodes refuse new connections of this node. Replace the files of CLUSTER_TLS_CERTIFICATE and CLUSTER_TLS_KEY; no restart is needed"
    )]
    private partial void LogExpired(DateTimeOffset expiresAt);

    [LoggerMessage(
        175,
        LogLevel.Warning,
        "The changed files of CLUSTER_TLS_CERTIFICATE, CLUSTER_TLS_KEY and CLUSTER_TLS_CA cannot be used. The earlier certificates stay in use"
    )]
    private partial void LogUnusable(Exception failure);
}
