using System.Net;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Actors.HelpDesk;
using Chatbox.Actors.Models;
using Chatbox.Actors.Sessions.Settings;
using Chatbox.Actors.Users;
using Chatbox.Messages;
using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Configuration.Settings;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Errors;
using Chatbox.Node.Identity;
using Chatbox.Node.Logging;
using Chatbox.Node.Stores;
using Chatbox.Node.Stores.Mongo;
using Chatbox.Node.Stores.Postgres;
using Chatbox.Node.Telemetry;
using OpenTelemetry.Exporter;

namespace Chatbox.Node.Configuration;

/// <summary>
/// Reads the whole configuration: the environment wins over <c>config.toml</c>, the file over defaults (protocol section 10).
/// </summary>
public static class ConfigurationLoader
{
    /// <summary>Environment variable with the path of the file, which must then exist.</summary>
    public const string FileKey = "CONFIG_FILE";

    private const string DefaultFile = "config.toml";

    /// <summary>Reads this process's environment and working directory.</summary>
    /// <inheritdoc cref="Load(IConfiguration, string)" />
    public static NodeOptions Load() => Load(new ConfigurationBuilder().AddEnvironmentVariables().Build(), Directory.GetCurrentDirectory());

    /// <summary>
    /// Reads and checks the configuration. In Development a missing signing secret is generated and kept in the data folder; nothing else
    /// is written.
    /// </summary>
    /// <param name="environment">The environment variables under their own names.</param>
    /// <param name="workingDirectory">Base of relative paths.</param>
    /// <exception cref="ConfigurationException">Lists all mistakes.</exception>
    public static NodeOptions Load(IConfiguration environment, string workingDirectory)
    {
        var reader = ReadFile(environment, workingDirectory);
        foreach (var setting in SettingTable.Single)
            reader.Load(setting);
        UnknownKeys.Refuse(reader);
        UnknownVariables.Refuse(reader);

        var options = Compose(reader, workingDirectory);
        if (reader.Errors.Count > 0)
            throw new ConfigurationException(reader.Errors);
        return WithSecret(options) with { Warnings = [.. reader.Warnings] };
    }

    private static SettingReader ReadFile(IConfiguration environment, string workingDirectory)
    {
        var named = environment[FileKey] is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;
        var path = Path.GetFullPath(named ?? DefaultFile, workingDirectory);
        var builder = new ConfigurationBuilder();
        try
        {
            if (named is not null || File.Exists(path))
                builder.Add(new TomlConfigurationSource(File.ReadAllText(path)));
            return new SettingReader(environment, builder.Build(), Path.GetFileName(path), workingDirectory);
        }
        catch (FormatException e)
        {
            throw new ConfigurationException([new ConfigurationError(FileKey, $"{path} {e.Message}")]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([new ConfigurationError(FileKey, $"{path} cannot be read: {e.Message}")]);
        }
    }

    private static NodeOptions Compose(SettingReader reader, string workingDirectory)
    {
        var name = EnvironmentSettings.Read(reader);
        var development = name == Environments.Development;
        var providers = new ProviderReader(reader).Read();
        var (store, jwt) = (Store(reader, workingDirectory), Jwt(reader, development));
        // Only a store that refuses a late writer at a place that was deleted may delete places.
        int? keep = store.Kind == StoreKind.MongoDb ? null : reader.Get(SessionSettings.JournalKeep);
        var options = new NodeOptions
        {
            EnvironmentName = name,
            Server = Server(reader, development),
            Jwt = jwt,
            Store = store,
            Images = JudgingReader.Images(reader),
            Scan = JudgingReader.Scan(reader),
            Files = FileReader.Read(reader, store.DataDirectory, workingDirectory, jwt),
            Uploads = UploadReader.Read(reader, store.DataDirectory, workingDirectory),
            Import = ImportOptions.Read(reader),
            Operators = OperatorReader.Read(reader),
            Cluster = ClusterReader.Read(reader, workingDirectory),
            SealingKeys = reader.Get(StoreSettings.EncryptionKey) is { } key ? [key] : reader.Get(StoreSettings.EncryptionKeys),
            Tracing = new TracingOptions(
                reader.Get(TracingSettings.Endpoint),
                reader.Get(TracingSettings.Protocol) ?? OtlpExportProtocol.Grpc
            ),
            Logging = new LoggingOptions(
                reader.Get(ChatboxSettings.LogLevel) ?? LogLevel.Information,
                reader.Get(ChatboxSettings.LogFormat) ?? (development ? LogFormat.Text : LogFormat.Json)
            ),
            Limits = Limits(reader),
            Connections = Connections(reader),
            Sessions = Sessions(reader, keep),
            Notifier = NotificationReader.Read(reader),
            HelpDesk = new HelpDeskOptions { Escalation = reader.Get(HelpSettings.Escalation), Hours = reader.Get(HelpSettings.Hours) },
            CannedReplies = CannedReplyReader.Read(reader, workingDirectory),
            Users = new UserOptions
            {
                MessagesPerMinute = reader.Get(SocketSettings.RateLimit),
                CommandsPerMinute = reader.Get(SocketSettings.CommandRateLimit),
                AdminCalls = new CallLimit(reader.Get(SocketSettings.AdminRateLimit), reader.Get(SocketSettings.AdminRateWindow)),
                JournalKeep = keep,
            },
            Models = Models(reader, [.. providers.Select(provider => provider.Description)]),
            Providers = providers,
            Voice = VoiceReader.Read(reader),
        };
        ConfigurationChecks.Run(reader, options);
        return options;
    }

    private static ServerOptions Server(SettingReader reader, bool development)
    {
        var shutdown = reader.Get(ServerSettings.ShutdownTimeout);
        return new ServerOptions
        {
            Port = reader.Get(ServerSettings.Port),
            Host = reader.Get(ServerSettings.Host) ?? (development ? IPAddress.Loopback : IPAddress.IPv6Any),
            PathPrefix = reader.Get(ChatboxSettings.PathPrefix),
            MaxConnections = reader.Get(SocketSettings.MaxConnections),
            ShutdownTimeout = shutdown,
            DrainDelay =
                reader.IsSet(ServerSettings.DrainDelay) ? reader.Get(ServerSettings.DrainDelay)
                : development ? TimeSpan.Zero
                : StopTimes.DefaultDrain(shutdown),
            TrustedProxies = reader.Get(ServerSettings.TrustedProxies),
            AllowedHosts = reader.Get(ServerSettings.AllowedHosts),
            MetricsNetworks = reader.Get(ServerSettings.MetricsNetworks),
            CorsOrigins = reader.Get(ServerSettings.CorsOrigins),
            WebSocketOrigins = reader.Get(SocketSettings.AllowedOrigins),
            FrameAncestors = reader.Get(ChatboxSettings.FrameAncestors),
            ParentOrigins = reader.Get(
                reader.IsSet(ChatboxSettings.ParentOrigins) ? ChatboxSettings.ParentOrigins : ChatboxSettings.FrameAncestors
            ),
            StarterPrompts = reader.Get(ChatboxSettings.StarterPrompts),
        };
    }

    private static JwtOptions Jwt(SettingReader reader, bool development)
    {
        var authority = reader.Get(IdentitySettings.Authority);
        return new JwtOptions
        {
            Secret = authority is null ? reader.Get(IdentitySettings.Secret) : "",
            Authority = authority,
            Issuer = reader.Get(IdentitySettings.Issuer),
            Audience = reader.Get(IdentitySettings.Audience),
            UserClaim = reader.Get(IdentitySettings.UserClaim),
            RolesClaim = reader.IsSet(IdentitySettings.RolesClaim) ? reader.Get(IdentitySettings.RolesClaim) : null,
            Leeway = reader.Get(IdentitySettings.Leeway),
            RequireExpiry = reader.Get(IdentitySettings.RequireExpiry) ?? !development,
            AllowQueryToken = reader.Get(SocketSettings.AllowQueryToken) ?? true,
        };
    }

    private static StoreOptions Store(SettingReader reader, string workingDirectory)
    {
        var asked =
            reader.Get(StoreSettings.Store)
            ?? (
                reader.IsSet(MongoSettings.Uri) ? StoreKind.MongoDb
                : reader.IsSet(StoreSettings.PostgresUri) ? StoreKind.Postgres
                : StoreKind.Sqlite
            );
        return new StoreOptions(asked, Path.GetFullPath(reader.Get(StoreSettings.DataDirectory), workingDirectory))
        {
            Wait = reader.Get(StoreSettings.StoreWait),
            Postgres = asked == StoreKind.Postgres ? Postgres(reader) : PostgresOptions.None,
            Mongo = asked == StoreKind.MongoDb ? Mongo(reader) : MongoOptions.None,
        };
    }

    private static MongoOptions Mongo(SettingReader reader)
    {
        var (connection, database) = ("", reader.Get(MongoSettings.Database));
        if (!MongoAddress.IsDatabaseName(database))
            reader.Refuse(
                MongoSettings.Database.Key,
                "is no valid name of a database: it contains one of / \\ . \" $ * < > : | ? or a space"
            );
        try
        {
            connection = MongoAddress.ToConnectionString(reader.Get(MongoSettings.Uri), database, reader.Get(MongoSettings.ConnectTimeout));
        }
        catch (FormatException e)
        {
            reader.Refuse(MongoSettings.Uri.Key, e.Message);
        }

        return new MongoOptions(connection, reader.Get(MongoSettings.RetryAttempts), reader.Get(MongoSettings.RetryDelay));
    }

    private static PostgresOptions Postgres(SettingReader reader)
    {
        return new PostgresOptions(
            Read(StoreSettings.PostgresUri),
            reader.Get(StoreSettings.PostgresRetryAttempts),
            reader.Get(StoreSettings.PostgresRetryDelay)
        )
        {
            MigrationConnectionString = reader.IsSet(StoreSettings.PostgresMigrationUri) ? Read(StoreSettings.PostgresMigrationUri) : null,
        };

        string Read(Setting<string> address)
        {
            try
            {
                return PostgresAddress.ToConnectionString(
                    reader.Get(address),
                    reader.Get(StoreSettings.PostgresConnectTimeout),
                    reader.Get(StoreSettings.PostgresMaxConnections)
                );
            }
            catch (FormatException e)
            {
                reader.Refuse(address.Key, e.Message);
                return "";
            }
        }
    }

    private static ConnectionOptions Connections(SettingReader reader) =>
        new()
        {
            MaxMessageSize = reader.Get(SocketSettings.MaxMessageSize),
            PingPeriod = reader.Get(SocketSettings.PingPeriod),
            PongWait = reader.Get(SocketSettings.PongWait),
            WriteWait = reader.Get(SocketSettings.WriteWait),
            SlowReaderTimeout = reader.Get(SocketSettings.SlowReaderTimeout),
            TokenWarning = reader.Get(SocketSettings.TokenWarning),
            TokenLeeway = reader.Get(IdentitySettings.Leeway),
            AskTimeout = reader.Get(SocketSettings.AskTimeout),
            CommandTimeout = reader.Get(SocketSettings.CommandTimeout),
        };

    private static RequestLimitOptions Limits(SettingReader reader) =>
        new()
        {
            Public = new RequestLimit(reader.Get(SocketSettings.PublicRateLimit), reader.Get(SocketSettings.PublicRateWindow)),
            User = new RequestLimit(reader.Get(SocketSettings.UserRateLimit), reader.Get(SocketSettings.UserRateWindow)),
            Admin = new RequestLimit(reader.Get(SocketSettings.AdminRateLimit), reader.Get(SocketSettings.AdminRateWindow)),
            CleanupInterval = reader.Get(SocketSettings.RateLimitCleanupInterval),
        };

    private static ChatSessionOptions Sessions(SettingReader reader, int? keep) =>
        new()
        {
            CheckpointInterval = reader.Get(SessionSettings.CheckpointInterval),
            SnapshotEvery = reader.Get(SessionSettings.SnapshotEvery),
            JournalKeep = keep,
            Retention = reader.Get(SessionSettings.RetentionDays) is > 0 and var days ? TimeSpan.FromDays(days) : null,
            PassivateAfter = reader.Get(SessionSettings.PassivateAfter),
            Ttl = reader.Get(SessionSettings.Ttl),
            CleanupInterval = reader.Get(SessionSettings.CleanupInterval),
            ReconnectTimeout = reader.Get(SessionSettings.ReconnectTimeout),
            HolderGoneAfter = reader.Get(SessionSettings.AdminGoneAfter),
            ReplyWithin = reader.Get(SessionSettings.HelpReplyWithin),
        };

    private static ModelOptions Models(SettingReader reader, IReadOnlyList<ModelDescription> models)
    {
        var wanted = reader.Get(ModelSettings.DefaultModel);
        var prompt = reader.Get(ModelSettings.SystemPrompt);
        return new ModelOptions
        {
            Models = models,
            Default = wanted.Length > 0 ? new ModelId(wanted) : models[0].Id,
            SystemPrompt = prompt.Length > 0 ? prompt : null,
            FirstTokenTimeout = reader.Get(ModelSettings.FirstTokenTimeout),
            GapTimeout = reader.Get(ModelSettings.GapTimeout),
            AnswerTimeout = reader.Get(ModelSettings.AnswerTimeout),
            PieceInterval = reader.Get(ModelSettings.PieceInterval),
            MaxTries = reader.Get(ModelSettings.MaxTries),
            RetryDelay = reader.Get(ModelSettings.RetryDelay),
            BreakerFailures = reader.Get(ModelSettings.BreakerFailures),
            BreakerOpen = reader.Get(ModelSettings.BreakerOpen),
        };
    }

    // The last step: a start with mistakes must leave no files behind.
    private static NodeOptions WithSecret(NodeOptions options)
    {
        if (options.Jwt.Authority is not null || options.Jwt.Secret.Length > 0)
            return options;
        try
        {
            var secret = DevelopmentSecrets.SigningSecret(options.Store.DataDirectory);
            return options with
            {
                Jwt = options.Jwt with { Secret = secret },
                Files = options.Files.UrlSecret is { Length: > 0 } ? options.Files : options.Files with { UrlSecret = secret },
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new ConfigurationException([
                new ConfigurationError(
                    IdentitySettings.Secret.Key,
                    $"is missing, and a generated secret cannot be stored in DATA_DIR: {e.Message}"
                ),
            ]);
        }
    }
}
