using Chatbox.Actors.Connections.Protocol;
using Chatbox.Actors.Users;
using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Endpoints.Access;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>Sockets: who may open one, how many, how much and how long.</summary>
internal static class SocketSettings
{
    private static readonly ConnectionOptions Defaults = new();

    public static readonly SettingSection Section = new("Sockets and limits", "WS_", "chatbox:ws");

    public static readonly Setting<IReadOnlyList<string>> AllowedOrigins = Section.Add(
        "WS_ALLOWED_ORIGINS",
        NetworkValues.Origins,
        [],
        "Exact origins of pages that may open a socket; none means any in Development and the node's own otherwise."
    );

    public static readonly Setting<bool?> AllowQueryToken = Section.Add(
        "WS_ALLOW_QUERY_TOKEN",
        Values.Switch,
        true,
        "Whether a socket's token may stand in the address (?token=)."
    );

    public static readonly Setting<int> MaxConnections = Section.Add(
        "MAX_CONNECTIONS",
        Values.Number(1, 10_000_000),
        10_000,
        "Open sockets of one node; more are refused with 503."
    );

    public static readonly Setting<int> MaxMessageSize = Section.Add(
        "MAX_MESSAGE_SIZE",
        Values.Number(1024, 16_777_216),
        Defaults.MaxMessageSize,
        "Largest message from a client, in bytes; a larger one closes with 1009."
    );

    public static readonly Setting<int> RateLimit = Section.Add(
        "RATE_LIMIT",
        Values.Number(1, 1_000_000),
        new UserOptions().MessagesPerMinute,
        "Messages of one user in any minute."
    );

    public static readonly Setting<int> CommandRateLimit = Section.Add(
        "COMMAND_RATE_LIMIT",
        Values.Number(1, 1_000_000),
        new UserOptions().CommandsPerMinute,
        "All other commands of one user in any minute, over sockets and REST: stopping, choosing a model, ending, erasing and sharing."
    );

    public static readonly Setting<TimeSpan> RateLimitCleanupInterval = Section.Add(
        "RATE_LIMIT_CLEANUP_INTERVAL",
        Values.Duration("1s", "24h"),
        TimeSpan.FromMinutes(5),
        "How often the limits of HTTP requests forget callers that have gone."
    );

    public static readonly Setting<int> PublicRateLimit = Section.Add(
        "PUBLIC_RATE_LIMIT",
        Values.Number(1, 1_000_000),
        new RequestLimitOptions().Public.Requests,
        "Requests of one address to the routes that need no token within PUBLIC_RATE_WINDOW; on each node."
    );

    public static readonly Setting<TimeSpan> PublicRateWindow = Section.Add(
        "PUBLIC_RATE_WINDOW",
        Values.Duration("1s", "24h"),
        new RequestLimitOptions().Public.Window,
        "Time over which PUBLIC_RATE_LIMIT counts."
    );

    public static readonly Setting<int> UserRateLimit = Section.Add(
        "USER_RATE_LIMIT",
        Values.Number(1, 1_000_000),
        new RequestLimitOptions().User.Requests,
        "Requests of one user to the routes that need a token within USER_RATE_WINDOW; on each node."
    );

    public static readonly Setting<TimeSpan> UserRateWindow = Section.Add(
        "USER_RATE_WINDOW",
        Values.Duration("1s", "24h"),
        new RequestLimitOptions().User.Window,
        "Time over which USER_RATE_LIMIT counts."
    );

    public static readonly Setting<int> AdminRateLimit = Section.Add(
        "ADMIN_RATE_LIMIT",
        Values.Number(1, 1_000_000),
        20,
        "Requests of one admin to the admin routes within ADMIN_RATE_WINDOW."
    );

    public static readonly Setting<TimeSpan> AdminRateWindow = Section.Add(
        "ADMIN_RATE_WINDOW",
        Values.Duration("1s", "24h"),
        TimeSpan.FromMinutes(1),
        "Time over which ADMIN_RATE_LIMIT counts."
    );

    public static readonly Setting<TimeSpan> PingPeriod = Section.Add(
        "WS_PING_PERIOD",
        Values.Duration("10ms", "24h"),
        Defaults.PingPeriod,
        "Silence after which the server pings; less than WS_PONG_WAIT."
    );

    public static readonly Setting<TimeSpan> PongWait = Section.Add(
        "WS_PONG_WAIT",
        Values.Duration("10ms", "24h"),
        Defaults.PongWait,
        "Silence, pings unanswered, after which a socket is given up."
    );

    public static readonly Setting<TimeSpan> WriteWait = Section.Add(
        "WS_WRITE_WAIT",
        Values.Duration("10ms", "1h"),
        Defaults.WriteWait,
        "Longest wait for a socket to take the last bytes of a close."
    );

    public static readonly Setting<TimeSpan> SlowReaderTimeout = Section.Add(
        "WS_SLOW_READER_TIMEOUT",
        Values.Duration("10ms", "1h"),
        Defaults.SlowReaderTimeout,
        "Longest time in which a socket may take nothing of what waits for it; then it closes with 4008."
    );

    public static readonly Setting<TimeSpan> TokenWarning = Section.Add(
        "WS_TOKEN_WARNING",
        Values.Duration("1s", "1h"),
        Defaults.TokenWarning,
        "How long before its expiry a token's owner is told."
    );

    public static readonly Setting<TimeSpan> AskTimeout = Section.Add(
        "ASK_TIMEOUT",
        Values.Duration("10ms", "1m"),
        Defaults.AskTimeout,
        "Wait for a reply before the same command is sent again; less than COMMAND_TIMEOUT."
    );

    public static readonly Setting<TimeSpan> CommandTimeout = Section.Add(
        "COMMAND_TIMEOUT",
        Values.Duration("100ms", "10m"),
        Defaults.CommandTimeout,
        "Time in which a command must be answered, repeats included."
    );
}
