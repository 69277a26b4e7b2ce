using Chatbox.Node.Identity;

namespace Chatbox.Node.Telemetry;

/// <summary>What the node refuses for the sake of security, by the name that <c>chatbox_security_events_total</c> has for it.</summary>
internal static class SecurityEvent
{
    public const string TokenMissing = "token_missing";
    public const string TokenInvalid = "token_invalid";
    public const string TokenExpired = "token_expired";
    public const string TokenWithdrawn = "token_withdrawn";
    public const string OriginRefused = "origin_refused";
    public const string HostRefused = "host_refused";
    public const string RoleRefused = "role_refused";

    /// <summary>A session that is not the caller's was asked for by its id.</summary>
    public const string ForeignSession = "foreign_session";

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
        LimitHit,
        MetricsRefused,
    ];

    /// <summary>Null for a refusal that is the node's own failure.</summary>
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
/// Counts and logs security events. Each is counted; of the same event from the same caller one line is logged in a minute, and no more
/// than <see cref="MostLines"/> lines in all, so that nobody fills the disk by being refused. What was left out is logged as a number.
/// </summary>
public sealed partial class SecurityEvents(PrometheusMetrics metrics, TimeProvider clock, ILogger<SecurityEvents> log)
{
    /// <summary>Lines in a minute.</summary>
    public const int MostLines = 100;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly HashSet<(string Event, string Caller)> _logged = [];
    private long _windowBegan = clock.GetTimestamp();
    private long _leftOut;

    /// <param name="caller">The address, or the user where there is one. It takes one line in a minute for each event.</param>
    /// <param name="detail">More about it, without content and without anything of a token.</param>
    internal void Report(string name, string caller, string detail)
    {
        metrics.SecurityEvent(name);
        var (isFirst, leftOut) = Sample(name, caller);
        if (leftOut > 0)
            LogLeftOut(leftOut);
        if (isFirst)
            LogEvent(name, caller, detail);
    }

    /// <summary>A token that was refused, and why, unless the node itself is to blame.</summary>
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
