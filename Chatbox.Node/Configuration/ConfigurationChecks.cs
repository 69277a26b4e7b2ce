using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Configuration.Settings;
using Chatbox.Node.Errors;
using Chatbox.Node.Identity;
using Chatbox.Node.Models.Demo;
using Chatbox.Node.Sealing;
using Chatbox.Node.Stores;

namespace Chatbox.Node.Configuration;

/// <summary>Checks settings against each other, and warns of settings that are legal but risky.</summary>
internal static class ConfigurationChecks
{
    public static void Run(SettingReader reader, NodeOptions options)
    {
        CheckTimes(reader, options);
        CheckSecret(reader, options);
        CheckStore(reader, options);
        ClusterReader.Check(reader, options);
        CheckKeys(reader);
        CheckModels(reader, options);
        FileReader.Check(reader, options);
        UploadReader.Check(reader, options.Uploads);
        if (reader.IsSet(TracingSettings.Protocol) && options.Tracing.Endpoint is null)
            reader.Warn(TracingSettings.Protocol.Key, $"has no effect: without {TracingSettings.Endpoint.Key} there is no tracing");
        CheckParents(reader, options.Server);
        if (!options.IsDevelopment && options.Server.WebSocketOrigins.Count == 0)
            reader.Warn(SocketSettings.AllowedOrigins.Key, "is empty: only pages of the node's own origin may open sockets");
    }

    private static void CheckParents(SettingReader reader, ServerOptions server)
    {
        foreach (var origin in server.ParentOrigins.Where(origin => !origin.StartsWith('\'')).Except(server.FrameAncestors))
            if (!server.FrameAncestors.Any(source => IsBelow(origin, source)))
                reader.Warn(
                    ChatboxSettings.ParentOrigins.Key,
                    $"names {ErrorText.Quote(origin)}, which {ChatboxSettings.FrameAncestors.Key} does not allow to embed the pages"
                );
    }

    private static bool IsBelow(string origin, string source) =>
        source.Split("*") is [var scheme, var domain]
        && origin.StartsWith(scheme, StringComparison.Ordinal)
        && origin.EndsWith(domain, StringComparison.Ordinal);

    private static void CheckTimes(SettingReader reader, NodeOptions options)
    {
        Less(reader, SocketSettings.PingPeriod, SocketSettings.PongWait);
        Less(reader, SocketSettings.AskTimeout, SocketSettings.CommandTimeout);

        var (drain, shutdown) = (options.Server.DrainDelay, options.Server.ShutdownTimeout);
        var longest = StopTimes.LongestDrain(shutdown);
        if (drain > longest)
            reader.Refuse(
                ServerSettings.DrainDelay.Key,
                $"{GoDuration.Format(drain)} is too long for {ServerSettings.ShutdownTimeout.Key}, {GoDuration.Format(shutdown)}:"
                    + $" at most {GoDuration.Format(longest)} leaves the sessions time to leave"
            );
    }

    private static void Less(SettingReader reader, Setting<TimeSpan> smaller, Setting<TimeSpan> greater)
    {
        var (low, high) = (reader.Get(smaller), reader.Get(greater));
        if (low >= high)
            reader.Refuse(smaller.Key, $"{GoDuration.Format(low)} must be less than {greater.Key}, {GoDuration.Format(high)}");
    }

    private static void CheckSecret(SettingReader reader, NodeOptions options)
    {
        var secret = reader.Get(IdentitySettings.Secret);
        if (secret.Length > 0 && !SecretRules.IsPlaceholder(secret) && SecretRules.Weakness(secret) is { } weakness)
            reader.Refuse(IdentitySettings.Secret.Key, weakness);

        CheckClaims(reader, options.Jwt);
        if (reader.IsSet(IdentitySettings.Authority))
        {
            if (!reader.IsSet(IdentitySettings.Audience))
                reader.Refuse(
                    IdentitySettings.Audience.Key,
                    "is missing: without it the node would accept the authority's tokens for any other service"
                );
            if (reader.IsSet(IdentitySettings.Secret))
                reader.Warn(
                    IdentitySettings.Secret.Key,
                    "has no effect, because JWT_AUTHORITY is set: tokens signed with this secret are refused"
                );
            return;
        }

        if (secret.Length == 0 && !reader.IsSet(IdentitySettings.Secret) && !options.IsDevelopment)
            reader.Refuse(IdentitySettings.Secret.Key, "is missing; generate one with: openssl rand -base64 48");
        if (!options.Jwt.RequireExpiry && !options.IsDevelopment)
            reader.Warn(IdentitySettings.RequireExpiry.Key, "is false: tokens without exp never expire");
    }

    private static void CheckClaims(SettingReader reader, JwtOptions jwt)
    {
        foreach (var claim in new[] { IdentitySettings.UserClaim, IdentitySettings.RolesClaim })
            if (TokenClaimNames.OfTheToken.Contains(reader.Get(claim)))
                reader.Refuse(claim.Key, $"{ErrorText.Quote(reader.Get(claim))} describes the token, not its user");
        if (jwt.UserClaim == (jwt.RolesClaim ?? TokenClaimNames.Roles))
            reader.Refuse(IdentitySettings.UserClaim.Key, $"names the same claim as {IdentitySettings.RolesClaim.Key}");
    }

    private static void CheckStore(SettingReader reader, NodeOptions options)
    {
        // Not POSTGRES_MAX_CONNECTIONS: it is sized for a whole deployment, whose files may serve either store.
        Setting[] postgres =
        [
            StoreSettings.PostgresUri,
            StoreSettings.PostgresMigrationUri,
            StoreSettings.PostgresConnectTimeout,
            StoreSettings.PostgresRetryAttempts,
            StoreSettings.PostgresRetryDelay,
        ];
        (string kept, IEnumerable<Setting> unused) = options.Store.Kind switch
        {
            StoreKind.MongoDb => ("MongoDB", [.. postgres, MongoSettings.Collection, SessionSettings.JournalKeep]),
            StoreKind.Postgres => ("PostgreSQL", MongoSettings.Section.Settings),
            _ => ("SQLite in DATA_DIR", (IEnumerable<Setting>)[.. postgres, .. MongoSettings.Section.Settings]),
        };
        foreach (var setting in unused.Where(reader.IsSet))
            reader.Warn(setting.Key, $"has no effect: conversations are stored in {kept}");
    }

    private static void CheckKeys(SettingReader reader)
    {
        if (reader.IsSet(StoreSettings.EncryptionKey) && reader.IsSet(StoreSettings.EncryptionKeys))
            reader.Refuse(
                StoreSettings.EncryptionKey.Key,
                $"is set together with {StoreSettings.EncryptionKeys.Key}: add the key there as {SealingKey.DefaultId}:key, and remove this setting"
            );
    }

    private static void CheckModels(SettingReader reader, NodeOptions options)
    {
        if (ReferenceEquals(options.Providers[0], DemoProvider.Default))
            reader.Warn(ProviderSettings.Id.OfGroup(1).Key, "is missing: no model is configured, so the built-in demo answers");

        // The default may be a model whose group was refused.
        if (reader.Errors.Any(error => error.Key.StartsWith(ProviderSettings.Prefix, StringComparison.Ordinal)))
            return;
        var wanted = reader.Get(ModelSettings.DefaultModel);
        if (wanted.Length > 0 && options.Models.Models.All(model => model.Id.Value != wanted))
            reader.Refuse(ModelSettings.DefaultModel.Key, $"{ErrorText.Quote(wanted)} is not the id of a configured model");
    }
}
