using System.Net;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Actors.HelpDesk;
using Chatbox.Actors.Models;
using Chatbox.Actors.Sessions.Settings;
using Chatbox.Actors.Users;
using Chatbox.Node.Clustering;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Canned;
using Chatbox.Node.Errors;
using Chatbox.Node.Files.Images;
using Chatbox.Node.Files.Scanning;
using Chatbox.Node.Files.Store;
using Chatbox.Node.Files.Uploads;
using Chatbox.Node.Identity;
using Chatbox.Node.Logging;
using Chatbox.Node.Models;
using Chatbox.Node.Models.Speech;
using Chatbox.Node.Notifications;
using Chatbox.Node.Operators;
using Chatbox.Node.Sealing;
using Chatbox.Node.Telemetry;

namespace Chatbox.Node.Configuration;

/// <summary>The checked configuration of a node. Its text contains no secret.</summary>
public sealed record NodeOptions
{
    /// <summary>
    /// <c>Development</c> or <c>Production</c>, from <c>ASPNETCORE_ENVIRONMENT</c>, else <c>DOTNET_ENVIRONMENT</c>, else
    /// <c>Production</c>.
    /// </summary>
    public required string EnvironmentName { get; init; }

    /// <summary>
    /// Whether the node uses the defaults of development: it listens on this machine only, and accepts generated secrets and any origin.
    /// </summary>
    public bool IsDevelopment => EnvironmentName.Equals(Environments.Development, StringComparison.OrdinalIgnoreCase);

    public required ServerOptions Server { get; init; }

    public required JwtOptions Jwt { get; init; }

    public required StoreOptions Store { get; init; }

    /// <summary>Where files are stored.</summary>
    public required FileStoreOptions Files { get; init; }

    /// <summary>What is done to uploaded images.</summary>
    public ImageOptions Images { get; init; } = new();

    /// <summary>How uploaded files are scanned for malware.</summary>
    public ScanOptions Scan { get; init; } = new();

    /// <summary>The limits of uploads.</summary>
    public required UploadOptions Uploads { get; init; }

    /// <summary>Used by <c>chatbox import</c> only.</summary>
    public ImportOptions Import { get; init; } = new();

    public required ClusterNodeOptions Cluster { get; init; }

    public required OperatorOptions Operators { get; init; }

    /// <summary>
    /// Keys of stored content: the first key encrypts, every key decrypts. Without keys, content is stored in clear text
    /// (<c>ENCRYPTION_KEY</c>, <c>ENCRYPTION_KEYS</c>).
    /// </summary>
    public IReadOnlyList<SealingKey> SealingKeys { get; init; } = [];

    public required LoggingOptions Logging { get; init; }

    public required TracingOptions Tracing { get; init; }

    public required RequestLimitOptions Limits { get; init; }

    public required ConnectionOptions Connections { get; init; }

    public required ChatSessionOptions Sessions { get; init; }

    public required HelpDeskOptions HelpDesk { get; init; }

    public required UserOptions Users { get; init; }

    public required NotifierOptions Notifier { get; init; }

    /// <summary>The texts that admins send often (<c>CANNED_REPLIES_FILE</c>).</summary>
    public CannedReplies CannedReplies { get; init; } = CannedReplies.None;

    public required ModelOptions Models { get; init; }

    /// <summary>The configured models with their providers, in the order of <see cref="ModelOptions.Models"/>.</summary>
    public required IReadOnlyList<ModelProviderOptions> Providers { get; init; }

    /// <summary>The services of voices.</summary>
    public VoiceOptions Voice { get; init; } = VoiceOptions.None;

    /// <summary>Warnings that the node logs at every start.</summary>
    public IReadOnlyList<ConfigurationWarning> Warnings { get; init; } = [];
}

/// <summary>Options of the web server: where it listens and whom it trusts.</summary>
public sealed record ServerOptions
{
    /// <summary><c>SERVER_PORT</c>; 0 selects a free port.</summary>
    public required int Port { get; init; }

    /// <summary><c>SERVER_HOST</c>; <see cref="IPAddress.IPv6Any"/> is every address of both families.</summary>
    public required IPAddress Host { get; init; }

    /// <summary><c>CHATBOX_PATH_PREFIX</c>: begins with a slash, does not end with a slash, and is never empty.</summary>
    public required string PathPrefix { get; init; }

    /// <summary>Maximum number of open sockets of this node (<c>MAX_CONNECTIONS</c>).</summary>
    public required int MaxConnections { get; init; }

    /// <summary>Time for an orderly stop (<c>SHUTDOWN_TIMEOUT</c>).</summary>
    public required TimeSpan ShutdownTimeout { get; init; }

    /// <summary>
    /// Time in which new requests are refused and open sockets are served, before the listener closes (<c>DRAIN_DELAY</c>). A part of
    /// <see cref="ShutdownTimeout"/>.
    /// </summary>
    public required TimeSpan DrainDelay { get; init; }

    /// <summary>Proxies whose forwarded headers the node trusts (<c>TRUSTED_PROXIES</c>).</summary>
    public required IReadOnlyList<IPNetwork> TrustedProxies { get; init; }

    /// <summary>
    /// Host names that clients may use, in lower case, with <c>*.</c> for all names below; empty for any name (<c>ALLOWED_HOSTS</c>).
    /// </summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Networks that may read the metrics (<c>METRICS_ALLOWED_NETWORKS</c>).</summary>
    public required IReadOnlyList<IPNetwork> MetricsNetworks { get; init; }

    /// <summary>Origins whose scripts may call the REST API (<c>CORS_ALLOWED_ORIGINS</c>).</summary>
    public required IReadOnlyList<string> CorsOrigins { get; init; }

    /// <summary>Origins whose pages may open a socket (<c>WS_ALLOWED_ORIGINS</c>).</summary>
    public required IReadOnlyList<string> WebSocketOrigins { get; init; }

    /// <summary>CSP sources that may embed the pages in a frame (<c>FRAME_ANCESTORS</c>).</summary>
    public required IReadOnlyList<string> FrameAncestors { get; init; }

    /// <summary>The same kind of sources, from which an embedded page takes its token besides its own origin (<c>PARENT_ORIGINS</c>).</summary>
    public required IReadOnlyList<string> ParentOrigins { get; init; }

    /// <summary>Prompts that the chat page offers for a new conversation (<c>STARTER_PROMPTS</c>).</summary>
    public IReadOnlyList<string> StarterPrompts { get; init; } = [];
}
