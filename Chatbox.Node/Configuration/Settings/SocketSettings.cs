using Chatbox.Actors.Connections.Protocol;
using Chatbox.Actors.Users;
using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Endpoints.Access;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>Settings of WebSockets and of limits.</summary>
internal static class SocketSettings
{
    private static readonly ConnectionOptions Defaults = new();

    public static readonly SettingSection Section = new("Sockets and limits", "WS_", "chatbox:ws");

    public static readonly Setting<IReadOnlyList<string>> AllowedOrigins = Section.Add(
        "WS_ALLOWED_ORIGINS",
        NetworkValues.Origins,
        [],
        "Exact origins of pages that may open a socket. If empty: any origin in Development, the node's own origin in Production."
    );

    public static readonly Setting<bool?> AllowQueryToken = Section.Add(
        "WS_ALLOW_QUERY_TOKEN",
        Values.Switch,
        true,
        "Whether a socket may pass its token in the address (?token=)."
    );

    public static readonly Setting<int> MaxConnections = Section.Add(
        "MAX_CONNECTIONS",
        Values.Number(1, 10_000_000),
        10_000,
        "Maximum number of open sockets per node. Further sockets get 503."
    );

    public static readonly Setting<int> MaxMessageSize = Section.Add(
        "MAX_MESSAGE_SIZE",
        Values.Number(1024, 16_777_216),
        Defaults.MaxMessageSize,
        "Maximum size of a message from a client, in bytes. A larger message closes the socket with 1009."
    );

    public static readonly Setting<int> RateLimit = Section.Add(
        "RATE_LIMIT",
        Values.Number(1, 1_000_000),
        new UserOptions().MessagesPerMinute,
        "Maximum number of messages per user within any minute."
    );

    public static readonly Setting<int> CommandRateLimit = Section.Add(
        "COMMAND_RATE_LIMIT",
        Values.Number(1, 1_000_000),
        new UserOptions().CommandsPerMinute,
        "Maximum number of other commands per user within any minute, over sockets and REST together: stop, choose a model, end, erase and share."
    );

    public static readonly Setting<TimeSpan> RateLimitCleanupInterval = Section.Add(
        "RATE_LIMIT_CLEANUP_INTERVAL",
        Values.Duration("1s", "24h"),
        TimeSpan.FromMinutes(5),
        "Interval at which the limits of HTTP requests forget inactive callers."
    );

    public static readonly Setting<int> PublicRateLimit = Section.Add(
        "PUBLIC_RATE_LIMIT",
        Values.Number(1, 1_000_000),
        new RequestLimitOptions().Public.Requests,
        "Maximum number of requests per client address to routes without a token within PUBLIC_RATE_WINDOW, on each node."
    );

    public static readonly Setting<TimeSpan> PublicRateWindow = Section.Add(
        "PUBLIC_RATE_WINDOW",
        Values.Duration("1s", "24h"),
        new RequestLimitOptions().Public.Window,
        "Time window of PUBLIC_RATE_LIMIT."
    );

    public static readonly Setting<int> UserRateLimit = Section.Add(
        "USER_RATE_LIMIT",
        Values.Number(1, 1_000_000),
        new RequestLimitOptions().User.Requests,
        "Maximum number of requests per user to routes with a token within USER_RATE_WINDOW, on each node."
    );

    public static readonly Setting<TimeSpan> UserRateWindow = Section.Add(
        "USER_RATE_WINDOW",
        Values.Duration("1s", "24h"),
        new RequestLimitOptions().User.Window,
        "Time window of USER_RATE_LIMIT."
    );

    public static readonly Setting<int> AdminRateLimit = Section.Add(
        "ADMIN_RATE_LIMIT",
        Values.Number(1, 1_000_000),
        new RequestLimitOptions().Admin.Requests,
        "Maximum number of requests per admin to admin routes within ADMIN_RATE_WINDOW, in the whole cluster."
    );

    public static readonly Setting<TimeSpan> AdminRateWindow = Section.Add(
        "ADMIN_RATE_WINDOW",
        Values.Duration("1s", "24h"),
        TimeSpan.FromMinutes(1),
        "Time window of ADMIN_RATE_LIMIT."
    );

    public static readonly Setting<TimeSpan> PingPeriod = Section.Add(
        "WS_PING_PERIOD",
        Values.Duration("10ms", "24h"),
        Defaults.PingPeriod,
        "Send a ping to a socket after this long without data; less than WS_PONG_WAIT."
    );

    public static readonly Setting<TimeSpan> PongWait = Section.Add(
        "WS_PONG_WAIT",
        Values.Duration("10ms", "24h"),
        Defaults.PongWait,
        "Close a socket after this long without data or a pong."
    );

    public static readonly Setting<TimeSpan> WriteWait = Section.Add(
        "WS_WRITE_WAIT",
        Values.Duration("10ms", "1h"),
        Defaults.WriteWait,
        "Time for a socket to accept the last bytes when it closes."
    );

    public static readonly Setting<TimeSpan> SlowReaderTimeout = Section.Add(
        "WS_SLOW_READER_TIMEOUT",
        Values.Duration("10ms", "1h"),
        Defaults.SlowReaderTimeout,
        "Close a socket with 4008 after this long without reading any of the data that waits for it."
    );

    public static readonly Setting<TimeSpan> TokenWarning = Section.Add(
        "WS_TOKEN_WARNING",
        Values.Duration("1s", "1h"),
        Defaults.TokenWarning,
        "Time before the expiry of a token at which its owner gets a warning."
    );

    public static readonly Setting<TimeSpan> AskTimeout = Section.Add(
        "ASK_TIMEOUT",
        Values.Duration("10ms", "1m"),
        Defaults.AskTimeout,
        "Repeat a command inside the node after this long without a reply; less than COMMAND_TIMEOUT."
    );

    public static readonly Setting<TimeSpan> CommandTimeout = Section.Add(
        "COMMAND_TIMEOUT",
        Values.Duration("100ms", "10m"),
        Defaults.CommandTimeout,
        "Fail a command after this long without a reply, repeats included."
    );
}
