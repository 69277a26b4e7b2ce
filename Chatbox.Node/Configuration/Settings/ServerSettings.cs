using System.Net;
using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Logging;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>Where the node listens, whom it trusts and how it stops.</summary>
internal static class ServerSettings
{
    public static readonly SettingSection Section = new("Server", "SERVER_", "server");

    public static readonly Setting<int> Port = Section.Add(
        "SERVER_PORT",
        Values.Number(0, 65535),
        8080,
        "Port for HTTP and WebSockets; 0 takes a free one."
    );

    public static readonly Setting<IPAddress?> Host = Section.Add(
        "SERVER_HOST",
        Values.ListenAddress,
        null,
        "Address to listen on.",
        "127.0.0.1 in Development, every address otherwise"
    );

    public static readonly Setting<TimeSpan> ShutdownTimeout = Section.Add(
        "SHUTDOWN_TIMEOUT",
        Values.Duration("1s", "10m"),
        TimeSpan.FromSeconds(30),
        "Longest time from the signal to stop to the end of the process."
    );

    public static readonly Setting<IReadOnlyList<IPNetwork>> TrustedProxies = Section.Add(
        "TRUSTED_PROXIES",
        NetworkValues.Networks,
        [],
        "Proxies whose X-Forwarded-For, -Proto and -Host are believed."
    );

    public static readonly Setting<IReadOnlyList<string>> AllowedHosts = Section.Add(
        "ALLOWED_HOSTS",
        NetworkValues.HostNames,
        [],
        "Host names by which clients may reach the node, without ports; *.example.org stands for every name below it. None means any name."
    );

    public static readonly Setting<IReadOnlyList<IPNetwork>> MetricsNetworks = Section.Add(
        "METRICS_ALLOWED_NETWORKS",
        NetworkValues.Networks,
        NetworkValues.PrivateNetworks,
        "Networks that may read the metrics. Requests that a proxy has passed on are refused, wherever they come from."
    );

    public static readonly Setting<IReadOnlyList<string>> CorsOrigins = Section.Add(
        "CORS_ALLOWED_ORIGINS",
        NetworkValues.Origins,
        [],
        "Exact origins whose scripts may call the REST API; none means no CORS."
    );
}

/// <summary>Addresses below which everything is served, and who may embed the pages.</summary>
internal static class ChatboxSettings
{
    public static readonly SettingSection Section = new("Chatbox", "CHATBOX_", "chatbox");

    public static readonly Setting<string> PathPrefix = Section.Add(
        "CHATBOX_PATH_PREFIX",
        Values.PathPrefix,
        "/chatbox",
        "Path below which everything is served."
    );

    public static readonly Setting<IReadOnlyList<string>> FrameAncestors = Section.Add(
        "FRAME_ANCESTORS",
        NetworkValues.FrameAncestors,
        [],
        "Who may show the pages in a frame; none means the node's own origin only."
    );

    public static readonly Setting<LogLevel?> LogLevel = Section.Add(
        "LOG_LEVEL",
        Values.OneOf(
            ("debug", Microsoft.Extensions.Logging.LogLevel.Debug),
            ("info", Microsoft.Extensions.Logging.LogLevel.Information),
            ("warn", Microsoft.Extensions.Logging.LogLevel.Warning),
            ("warning", Microsoft.Extensions.Logging.LogLevel.Warning),
            ("error", Microsoft.Extensions.Logging.LogLevel.Error)
        ),
        Microsoft.Extensions.Logging.LogLevel.Information,
        "Least important log lines to write."
    );

    public static readonly Setting<LogFormat?> LogFormat = Section.Add(
        "LOG_FORMAT",
        Values.OneOf(("text", Logging.LogFormat.Text), ("json", Logging.LogFormat.Json)),
        null,
        "Readable lines, or one JSON object per line.",
        "text in Development, json otherwise"
    );
}
