using Chatbox.Node.Identity;

namespace Chatbox.Node.Telemetry;

/// <summary>Names of security events in <c>chatbox_security_events_total</c>.</summary>
internal static class SecurityEvent
{
    public const string TokenMissing = "token_missing";
    public const string TokenInvalid = "token_invalid";
    public const string TokenExpired = "token_expired";
    public const string TokenWithdrawn = "token_withdrawn";
    public const string OriginRefused = "origin_refused";
    public const string HostRefused = "host_refused";
    public const string RoleRefused = "role_refused";

    /// <summary>A caller requested a session of another user by its id.</summary>
    public const string ForeignSession = "foreign_session";

    /// <summary>A caller requested a file that others sent to each other by its id.</summary>
    public const string ForeignFile = "foreign_file";

    public const string LimitHit = "limit_hit";
    public const string MetricsRefused = "metrics_refused";

    public static IReadOnlyList<string> All { get; } =
    [
        TokenMissing,
        TokenInvalid,
        TokenExpired,
        TokenWithdrawn,
        OriginRefused,
        HostRefused,
        RoleRefused,
        ForeignSession,
        ForeignFile,
        LimitHit,
        MetricsRefused,
    ];

    /// <summary>The event of a refused token; null if the node itself caused the refusal.</summary>
    public static string? Of(TokenRefusal? refusal) =>
        refusal switch
        {
            TokenRefusal.Missing => TokenMissing,
            TokenRefusal.Expired => TokenExpired,
            TokenRefusal.Withdrawn => TokenWithdrawn,
            TokenRefusal.Unavailable => null,
            _ => TokenInvalid,
        };
}

/// <summary>
/// Counts and logs security events. Every event counts, but the log gets one line per minute for the same event of the same caller, and at
/// most <see cref="MostLines"/> lines per minute in total, so that refused callers cannot fill the disk. The log also gets the number of
/// omitted lines.
/// </summary>
public sealed partial class SecurityEvents(PrometheusMetrics metrics, TimeProvider clock, ILogger<SecurityEvents> log)
{
    /// <summary>Maximum number of lines per minute.</summary>
    public const int MostLines = 100;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly HashSet<(string Event, string Caller)> _logged = [];
    private long _windowBegan = clock.GetTimestamp();
    private long _leftOut;

    /// <param name="caller">The user if known, else the address; gets one line per minute and event.</param>
    /// <param name="detail">Details without content and without any part of a token.</param>
    internal void Report(string name, string caller, string detail)
    {
        metrics.SecurityEvent(name);
        var (isFirst, leftOut) = Sample(name, caller);
        if (leftOut > 0)
            LogLeftOut(leftOut);
        if (isFirst)
            LogEvent(name, caller, detail);
    }

    /// <summary>Reports a refused token, unless the node itself caused the refusal.</summary>
    internal void Report(TokenVerdict verdict, string caller)
    {
        if (SecurityEvent.Of(verdict.Refusal) is { } name)
            Report(name, caller, verdict.Reason);
    }

    private (bool IsFirst, long LeftOut) Sample(string name, string caller)
    {
        lock (_gate)
        {
            var leftOut = 0L;
            if (clock.GetElapsedTime(_windowBegan) >= Window)
            {
                (leftOut, _leftOut) = (_leftOut, 0);
                _windowBegan = clock.GetTimestamp();
                _logged.Clear();
            }

            if (_logged.Count < MostLines && _logged.Add((name, caller)))
                return (true, leftOut);
            _leftOut++;
            return (false, leftOut);
        }
    }

    [LoggerMessage(151, LogLevel.Warning, "Security event {Event} from {Caller}: {Detail}")]
    private partial void LogEvent(string @event, string caller, string detail);

    [LoggerMessage(152, LogLevel.Warning, "{Count} more security events were not logged one by one")]
    private partial void LogLeftOut(long count);
}
