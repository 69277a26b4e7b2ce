using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Configuration.Settings;

namespace Chatbox.Tests.Unit.Configuration;

public sealed class SettingTableTests
{
    private const string PrivateNetworks = "127.0.0.0/8,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,169.254.0.0/16,::1/128,fc00::/7,fe80::/10";

    private static readonly Dictionary<string, Setting> ByKey = SettingTable
        .Sections.SelectMany(section => section.Settings)
        .ToDictionary(setting => setting.Key);

    [Theory]
    [InlineData("SERVER_PORT", "8080")]
    [InlineData("CHATBOX_PATH_PREFIX", "/chatbox")]
    [InlineData("ENCRYPTION_KEY", "")]
    [InlineData("ENCRYPTION_KEYS", "")]
    [InlineData("RECONNECT_TIMEOUT", "15m")]
    [InlineData("SESSION_TTL", "15m")]
    [InlineData("SESSION_CLEANUP_INTERVAL", "5m")]
    [InlineData("MAX_CONNECTIONS", "10000")]
    [InlineData("MAX_MESSAGE_SIZE", "1048576")]
    [InlineData("RATE_LIMIT", "100")]
    [InlineData("RATE_LIMIT_CLEANUP_INTERVAL", "5m")]
    [InlineData("PUBLIC_RATE_LIMIT", "600")]
    [InlineData("PUBLIC_RATE_WINDOW", "1m")]
    [InlineData("COMMAND_RATE_LIMIT", "300")]
    [InlineData("USER_RATE_LIMIT", "600")]
    [InlineData("USER_RATE_WINDOW", "1m")]
    [InlineData("ADMIN_RATE_LIMIT", "600")] // 20 in the replaced service, whose dashboard does not poll
    [InlineData("ADMIN_RATE_WINDOW", "1m")]
    [InlineData("LLM_STREAM_TIMEOUT", "2m")]
    [InlineData("WS_PING_PERIOD", "54s")]
    [InlineData("WS_PONG_WAIT", "1m")]
    [InlineData("WS_WRITE_WAIT", "10s")]
    [InlineData("SHUTDOWN_TIMEOUT", "30s")]
    [InlineData("WS_ALLOWED_ORIGINS", "")]
    [InlineData("CORS_ALLOWED_ORIGINS", "")]
    [InlineData("TRUSTED_PROXIES", "")]
    [InlineData("METRICS_ALLOWED_NETWORKS", PrivateNetworks)]
    [InlineData("MONGO_URI", "")]
    [InlineData("MONGO_DATABASE", "chat")]
    [InlineData("MONGO_COLLECTION", "sessions")]
    [InlineData("MONGO_CONNECT_TIMEOUT", "10s")]
    [InlineData("MONGO_RETRY_ATTEMPTS", "3")]
    [InlineData("MONGO_RETRY_DELAY", "100ms")]
    [InlineData("S3_REGION", "")]
    [InlineData("S3_BUCKET", "")]
    [InlineData("S3_ACCESS_KEY_ID", "")]
    [InlineData("S3_SECRET_ACCESS_KEY", "")]
    [InlineData("S3_ENDPOINT", "")]
    [InlineData("S3_USE_PATH_STYLE", "false")]
    [InlineData("LLM_PROVIDER_<n>_ID", "")]
    [InlineData("LLM_PROVIDER_<n>_NAME", "the id")]
    [InlineData("LLM_PROVIDER_<n>_TYPE", "")]
    [InlineData("LLM_PROVIDER_<n>_API_KEY", "")]
    [InlineData("LLM_PROVIDER_<n>_MODEL", "")]
    [InlineData("LLM_PROVIDER_<n>_VISION", "false")]
    [InlineData("LLM_PROVIDER_<n>_CONTEXT_TOKENS", "32768")]
    [InlineData("LLM_PROVIDER_<n>_MAX_OUTPUT_TOKENS", "4096")]
    [InlineData("LLM_PROVIDER_<n>_MAX_CONCURRENT", "1000")]
    [InlineData("LLM_DEFAULT_MODEL", "the first one configured")]
    [InlineData("ADMIN_EMAILS", "")]
    [InlineData("ADMIN_PHONES", "")]
    [InlineData("ADMIN_PANEL_URL", "")]
    [InlineData("EMAIL_FROM", "")]
    [InlineData("SMTP_HOST", "")]
    [InlineData("SMTP_PORT", "587")]
    [InlineData("SMTP_USER", "")]
    [InlineData("SMTP_PASS", "")]
    [InlineData("SMS_PROVIDER", "")]
    [InlineData("SMS_API_KEY", "")]
    [InlineData("SMS_ACCOUNT_SID", "")]
    [InlineData("SMS_AUTH_TOKEN", "")]
    [InlineData("SMS_FROM_NUMBER", "")]
    [InlineData("SMTP_TLS", "implicit for port 465, else starttls")]
    [InlineData("SMS_ENDPOINT", "https://api.twilio.com/")]
    [InlineData("NOTIFY_WEBHOOK_URL", "")]
    [InlineData("NOTIFY_WEBHOOK_SECRET", "")]
    [InlineData("NOTIFY_PER_HOUR", "60")]
    [InlineData("NOTIFY_TIMEOUT", "15s")]
    [InlineData("NOTIFY_GIVE_UP_AFTER", "24h")]
    [InlineData("TRAFFIC_ALERT_PER_MINUTE", "600")]
    [InlineData("NOTIFY_CRASH", "log, and every channel that is configured")]
    [InlineData("LOG_LEVEL", "info")]
    [InlineData("DATA_DIR", "./data")]
    [InlineData("POSTGRES_URI", "")]
    [InlineData("LLM_FIRST_TOKEN_TIMEOUT", "30s")]
    [InlineData("LLM_TOKEN_GAP_TIMEOUT", "30s")]
    [InlineData("LLM_MAX_TRIES", "3")]
    [InlineData("LLM_RETRY_DELAY", "1s")]
    [InlineData("STREAM_CHECKPOINT_INTERVAL", "1s")]
    [InlineData("WS_SLOW_READER_TIMEOUT", "30s")]
    [InlineData("WS_TOKEN_WARNING", "1m")]
    [InlineData("WS_ALLOW_QUERY_TOKEN", "true")]
    public void A_setting_of_the_contract_has_its_name_and_default(string key, string fallback) =>
        Assert.Equal(fallback, ByKey[key].DefaultText);

    [Fact]
    public void A_setting_without_its_words_in_the_documentation_does_not_exist() =>
        Assert.All(
            ByKey.Values,
            setting =>
            {
                Assert.EndsWith(".", setting.Description);
                Assert.DoesNotContain('\n', setting.Description);
                Assert.NotEmpty(setting.Accepts);
                Assert.NotEmpty(setting.TomlPaths);
            }
        );

    [Fact]
    public void No_two_settings_share_a_place_in_the_file()
    {
        var places = ByKey.Values.SelectMany(setting => setting.TomlPaths).ToArray();
        Assert.Equal(places.Distinct(StringComparer.OrdinalIgnoreCase), places);
    }

    [Fact]
    public void A_default_is_within_its_own_bounds() =>
        Assert.All(
            ByKey.Values.Where(setting => setting.DefaultText.Length > 0 && !HasNote(setting)),
            setting => setting.Read(new RawValue(setting.DefaultText, [], ""), problem => Assert.Fail($"{setting.Key}: {problem}"))
        );

    [Theory]
    [InlineData("JWT_SECRET")]
    [InlineData("ENCRYPTION_KEY")]
    [InlineData("ENCRYPTION_KEYS")]
    [InlineData("MONGO_URI")]
    [InlineData("POSTGRES_URI")]
    [InlineData("S3_SECRET_ACCESS_KEY")]
    [InlineData("SMTP_PASS")]
    [InlineData("SMS_API_KEY")]
    [InlineData("SMS_AUTH_TOKEN")]
    [InlineData("NOTIFY_WEBHOOK_SECRET")]
    [InlineData("LLM_PROVIDER_<n>_API_KEY")]
    public void A_secret_is_known_as_one(string key) => Assert.True(ByKey[key].IsSecret);

    private static bool HasNote(Setting setting) =>
        setting.GetType().GetProperty(nameof(Setting<int>.DefaultNote))!.GetValue(setting) is not null;
}
