using System.Net;
using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Logging;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>Settings of the web server: where it listens, whom it trusts, how it stops.</summary>
internal static class ServerSettings
{
    public static readonly SettingSection Section = new("Server", "SERVER_", "server");

    public static readonly Setting<int> Port = Section.Add(
        "SERVER_PORT",
        Values.Number(0, 65535),
        8080,
        "Port for HTTP and WebSockets; 0 selects a free port."
    );

    public static readonly Setting<IPAddress?> Host = Section.Add(
        "SERVER_HOST",
        Values.ListenAddress,
        null,
        "Address on which the node listens.",
        "127.0.0.1 in Development, every address in Production"
    );

    public static readonly Setting<TimeSpan> ShutdownTimeout = Section.Add(
        "SHUTDOWN_TIMEOUT",
        Values.Duration("1s", "10m"),
        TimeSpan.FromSeconds(30),
        "Time for an orderly stop, from the signal to the end of the process."
    );

    public static readonly Setting<TimeSpan> DrainDelay = Section.Add(
        "DRAIN_DELAY",
        Values.Duration("0", "5m"),
        TimeSpan.Zero,
        "First part of SHUTDOWN_TIMEOUT, in which a stopping node refuses new requests with 503, so that proxies notice, and serves its open sockets. The rest must suffice for connections and sessions.",
        "0s in Development, 5s in Production, or less if SHUTDOWN_TIMEOUT is short"
    );

    public static readonly Setting<IReadOnlyList<IPNetwork>> TrustedProxies = Section.Add(
        "TRUSTED_PROXIES",
        NetworkValues.Networks,
        [],
        "Proxies whose X-Forwarded-For, -Proto and -Host headers the node trusts."
    );

    public static readonly Setting<IReadOnlyList<string>> AllowedHosts = Section.Add(
        "ALLOWED_HOSTS",
        NetworkValues.HostNames,
        [],
        "Host names that clients may use, without ports; *.example.org allows every name below it. Leave empty to allow any name."
    );

    public static readonly Setting<string> PublicUrl = Section.Add(
        "PUBLIC_URL",
        NetworkValues.SingleOrigin,
        "",
        "Origin under which clients reach the service, such as https://chat.example.org. With it, the addresses of files are complete; without it, they begin with the path prefix."
    );

    public static readonly Setting<IReadOnlyList<IPNetwork>> MetricsNetworks = Section.Add(
        "METRICS_ALLOWED_NETWORKS",
        NetworkValues.Networks,
        NetworkValues.PrivateNetworks,
        "Networks that may read the metrics. Requests through a proxy are always refused."
    );

    public static readonly Setting<IReadOnlyList<string>> CorsOrigins = Section.Add(
        "CORS_ALLOWED_ORIGINS",
        NetworkValues.Origins,
        [],
        "Exact origins whose scripts may call the REST API. Leave empty to disable CORS."
    );
}

/// <summary>Settings of the path prefix, of the pages and of the log.</summary>
internal static class ChatboxSettings
{
    public static readonly SettingSection Section = new("Chatbox", "CHATBOX_", "chatbox");

    public static readonly Setting<string> PathPrefix = Section.Add(
        "CHATBOX_PATH_PREFIX",
        Values.PathPrefix,
        "/chatbox",
        "Path prefix of all addresses."
    );

    public static readonly Setting<IReadOnlyList<string>> FrameAncestors = Section.Add(
        "FRAME_ANCESTORS",
        NetworkValues.FrameAncestors,
        [],
        "Origins that may embed the pages in a frame. Leave empty to allow the node's own origin only."
    );

    public static readonly Setting<IReadOnlyList<string>> ParentOrigins = Section.Add(
        "PARENT_ORIGINS",
        NetworkValues.FrameAncestors,
        [],
        "Origins from which an embedded page takes its token. Each must also be among FRAME_ANCESTORS.",
        "those of FRAME_ANCESTORS"
    );

    public static readonly Setting<IReadOnlyList<string>> StarterPrompts = Section.Add(
        "STARTER_PROMPTS",
        StarterPromptFormat.Prompts,
        [],
        "Prompts that the chat page offers for a new conversation."
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
        "Lowest level of log lines to write."
    );

    public static readonly Setting<LogFormat?> LogFormat = Section.Add(
        "LOG_FORMAT",
        Values.OneOf(("text", Logging.LogFormat.Text), ("json", Logging.LogFormat.Json)),
        null,
        "Format of the log: readable lines, or one JSON object per line.",
        "text in Development, json in Production"
    );
}
