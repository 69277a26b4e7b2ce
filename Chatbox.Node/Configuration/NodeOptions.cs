using System.Net;
using Chatbox.Actors.Connections;
using Chatbox.Actors.Models;
using Chatbox.Actors.Sessions;
using Chatbox.Actors.Users;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Identity;
using Chatbox.Node.Models;
using Chatbox.Node.Sealing;
using OpenTelemetry.Exporter;

namespace Chatbox.Node.Configuration;

/// <summary>The whole configuration of a node, checked. Printing it shows no secret.</summary>
public sealed record NodeOptions
{
    /// <summary>
    /// <c>Development</c> or <c>Production</c>, nothing else: from <c>ASPNETCORE_ENVIRONMENT</c>, else <c>DOTNET_ENVIRONMENT</c>, else
    /// <c>Production</c>. To be passed on to the host.
    /// </summary>
    public required string EnvironmentName { get; init; }

    /// <summary>Comfortable and lax: the node talks to this machine only and believes what development needs.</summary>
    public bool IsDevelopment => EnvironmentName.Equals(Environments.Development, StringComparison.OrdinalIgnoreCase);

    public required ServerOptions Server { get; init; }

    public required JwtOptions Jwt { get; init; }

    public required StoreOptions Store { get; init; }

    /// <summary>For <c>chatbox import</c> alone.</summary>
    public ImportOptions Import { get; init; } = new();

    public required ClusterNodeOptions Cluster { get; init; }

    public required OperatorOptions Operators { get; init; }

    /// <summary>
    /// Keys that seal stored content, the first for what is written from now on; none to store it as it is (<c>ENCRYPTION_KEY</c>,
    /// <c>ENCRYPTION_KEYS</c>).
    /// </summary>
    public IReadOnlyList<SealingKey> SealingKeys { get; init; } = [];

    public required LoggingOptions Logging { get; init; }

    public required TracingOptions Tracing { get; init; }

    public required RequestLimitOptions Limits { get; init; }

    public required ConnectionOptions Connections { get; init; }

    public required ChatSessionOptions Sessions { get; init; }

    public required UserOptions Users { get; init; }

    public required ModelOptions Models { get; init; }

    /// <summary>Every configured model and where it is reached, in the order of <see cref="ModelOptions.Models"/>.</summary>
    public required IReadOnlyList<ModelProviderOptions> Providers { get; init; }

    /// <summary>To be logged at every start.</summary>
    public IReadOnlyList<ConfigurationWarning> Warnings { get; init; } = [];
}

/// <summary>Where the node listens and whom it trusts.</summary>
public sealed record ServerOptions
{
    /// <summary><c>SERVER_PORT</c>; 0 takes a free one.</summary>
    public required int Port { get; init; }

    /// <summary><c>SERVER_HOST</c>; <see cref="IPAddress.IPv6Any"/> is every address of both families.</summary>
    public required IPAddress Host { get; init; }

    /// <summary><c>CHATBOX_PATH_PREFIX</c>: begins with a slash, does not end with one, never empty.</summary>
    public required string PathPrefix { get; init; }

    /// <summary>Open sockets of this node (<c>MAX_CONNECTIONS</c>).</summary>
    public required int MaxConnections { get; init; }

    /// <summary>Longest time a stop may take (<c>SHUTDOWN_TIMEOUT</c>).</summary>
    public required TimeSpan ShutdownTimeout { get; init; }

    /// <summary>Whose forwarded headers are believed (<c>TRUSTED_PROXIES</c>).</summary>
    public required IReadOnlyList<IPNetwork> TrustedProxies { get; init; }

    /// <summary>Host names that clients may use, none for any; in lower case, and <c>*.</c> before those that stand for all below them (<c>ALLOWED_HOSTS</c>).</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Who may read the metrics (<c>METRICS_ALLOWED_NETWORKS</c>).</summary>
    public required IReadOnlyList<IPNetwork> MetricsNetworks { get; init; }

    /// <summary>Origins whose scripts may call the REST API (<c>CORS_ALLOWED_ORIGINS</c>).</summary>
    public required IReadOnlyList<string> CorsOrigins { get; init; }

    /// <summary>Origins whose pages may open a socket (<c>WS_ALLOWED_ORIGINS</c>).</summary>
    public required IReadOnlyList<string> WebSocketOrigins { get; init; }

    /// <summary>CSP sources that may frame the pages (<c>FRAME_ANCESTORS</c>).</summary>
    public required IReadOnlyList<string> FrameAncestors { get; init; }
}

/// <summary>Whose tokens are believed: those signed with the secret, or those of the authority, never both. Protocol section 2.</summary>
public sealed record JwtOptions
{
    /// <summary>Signing secret, used as its UTF-8 bytes (<c>JWT_SECRET</c>); empty when an authority signs.</summary>
    public string Secret { get; init; } = "";

    /// <summary>Issuer with OpenID Connect discovery (<c>JWT_AUTHORITY</c>).</summary>
    public Uri? Authority { get; init; }

    /// <summary>Required <c>iss</c> (<c>JWT_ISSUER</c>); empty for the authority's own or, with a secret, for any.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>Required <c>aud</c> (<c>JWT_AUDIENCE</c>); empty, with a secret only, for any.</summary>
    public string Audience { get; init; } = "";

    /// <summary>Where the user id stands in a token (<c>JWT_USER_CLAIM</c>).</summary>
    public string UserClaim { get; init; } = TokenClaimNames.User;

    /// <summary>Where the roles stand in a token (<c>JWT_ROLES_CLAIM</c>); null for <c>roles</c>, an array that must be there.</summary>
    public string? RolesClaim { get; init; }

    /// <summary>How far other clocks may be from this node's, 0 to 5 minutes (<c>JWT_LEEWAY</c>).</summary>
    public TimeSpan Leeway { get; init; }

    /// <summary>Whether a token without <c>exp</c> is refused (<c>JWT_REQUIRE_EXP</c>).</summary>
    public bool RequireExpiry { get; init; } = true;

    /// <summary>Whether a socket's token may stand in its address (<c>WS_ALLOW_QUERY_TOKEN</c>).</summary>
    public bool AllowQueryToken { get; init; } = true;

    // A record prints its members; the secret must not reach a log that way.
    public override string ToString() => Authority is null ? "JWT by secret" : $"JWT by {Authority.Host}";
}

/// <summary>Which database keeps the journal (<c>STORE</c>).</summary>
public enum StoreKind
{
    Sqlite,
    Postgres,
    MongoDb,
}

/// <summary>Where conversations are kept.</summary>
/// <param name="Kind">The database.</param>
/// <param name="DataDirectory">Full path of <c>DATA_DIR</c>.</param>
public sealed record StoreOptions(StoreKind Kind, string DataDirectory)
{
    public PostgresOptions Postgres { get; init; } = PostgresOptions.None;

    public MongoOptions Mongo { get; init; } = MongoOptions.None;
}

/// <summary>How MongoDB is reached.</summary>
/// <param name="ConnectionString">With the database, from <c>MONGO_URI</c>, <c>MONGO_DATABASE</c> and <c>MONGO_CONNECT_TIMEOUT</c>; holds the password.</param>
/// <param name="RetryAttempts">How often a start tries again to reach it (<c>MONGO_RETRY_ATTEMPTS</c>).</param>
/// <param name="RetryDelay">Wait before the first of these, twice as long before each further one (<c>MONGO_RETRY_DELAY</c>).</param>
public sealed record MongoOptions(string ConnectionString, int RetryAttempts, TimeSpan RetryDelay)
{
    public static MongoOptions None { get; } = new("", 0, TimeSpan.Zero);

    // A record prints its members; the password must not reach a log that way.
    public override string ToString() => "MongoDB";
}

/// <summary>How PostgreSQL is reached.</summary>
/// <param name="ConnectionString">As the driver wants it, from <c>POSTGRES_URI</c> and <c>POSTGRES_CONNECT_TIMEOUT</c>; holds the password.</param>
/// <param name="RetryAttempts">How often a start tries again to reach it (<c>POSTGRES_RETRY_ATTEMPTS</c>).</param>
/// <param name="RetryDelay">Wait before the first of these, twice as long before each further one (<c>POSTGRES_RETRY_DELAY</c>).</param>
public sealed record PostgresOptions(string ConnectionString, int RetryAttempts, TimeSpan RetryDelay)
{
    public static PostgresOptions None { get; } = new("", 0, TimeSpan.Zero);

    // A record prints its members; the password must not reach a log that way.
    public override string ToString() => "PostgreSQL";
}

/// <summary>How log lines look (<c>LOG_FORMAT</c>).</summary>
public enum LogFormat
{
    Text,
    Json,
}

/// <summary>Where traces go.</summary>
/// <param name="Endpoint">An OTLP collector (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>); null to trace nothing.</param>
/// <param name="Protocol">How it is spoken to (<c>OTEL_EXPORTER_OTLP_PROTOCOL</c>).</param>
public sealed record TracingOptions(Uri? Endpoint, OtlpExportProtocol Protocol);

/// <summary>Which log lines are written, and how.</summary>
public sealed record LoggingOptions(LogLevel Level, LogFormat Format);
