using Chatbox.Node.Configuration;

namespace Chatbox.Tests.Unit.Configuration;

/// <summary>A misspelt variable stops the start and names the setting that was meant. The variables of others do not.</summary>
public sealed class UnknownVariableTests : IDisposable
{
    private readonly ConfigurationFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("SERVR_PORT", "SERVER_PORT")]
    [InlineData("SEVRER_HOST", "SERVER_HOST")]
    [InlineData("LOG_LEVLE", "LOG_LEVEL")]
    [InlineData("LOGFORMAT", "LOG_FORMAT")]
    [InlineData("DATADIR", "DATA_DIR")]
    [InlineData("max_conections", "MAX_CONNECTIONS")]
    [InlineData("TRUSTED_PROXIS", "TRUSTED_PROXIES")]
    [InlineData("POSTGRES_URL", "POSTGRES_URI")]
    [InlineData("POSTGRESQL_URI", "POSTGRES_URI")]
    [InlineData("MONGODB_URI", "MONGO_URI")]
    [InlineData("ENCRYPTON_KEYS", "ENCRYPTION_KEYS")]
    [InlineData("CHATBOX_PREFIX", "CHATBOX_PATH_PREFIX")]
    [InlineData("CHATBOX__PATH_PREFIX", "CHATBOX_PATH_PREFIX")]
    [InlineData("JWT_SECRT", "JWT_SECRET")]
    [InlineData("SESSION_TLL", "SESSION_TTL")]
    [InlineData("WS_PONGWAIT", "WS_PONG_WAIT")]
    [InlineData("OPERATOR_TOKENS", "OPERATOR_TOKEN")]
    [InlineData("CLUSTER_SEED", "CLUSTER_SEEDS")]
    [InlineData("LLM_PROVDER_2_API_KEY", "LLM_PROVIDER_2_API_KEY")]
    [InlineData("LLM_PROVIDER_2_APIKEY", "LLM_PROVIDER_2_API_KEY")]
    [InlineData("CONFG_FILE", "CONFIG_FILE")]
    public void Misspelt_variable_is_named_with_the_nearest_setting(string name, string nearest)
    {
        var message = _fixture.With(name, "x").ErrorOf(name);

        Assert.StartsWith("is not a known setting", message);
        Assert.EndsWith($"did you mean {nearest}? (environment)", message);
    }

    [Fact]
    public void Eleven_mistakes_are_listed_at_once()
    {
        string[] names =
        [
            "CHATBOX_PATH_PREFX",
            "CLUSTER_SEED",
            "ENCRYPTION_KEYZ",
            "JWT_SECRT",
            "LLM_DEFAULT_MODLE",
            "LLM_PROVIDER_1_MODELL",
            "LOG_LEVLE",
            "POSTGRES_URL",
            "SERVR_PORT",
            "SESSION_TLL",
            "WS_PONGWAIT",
        ];
        foreach (var name in names)
            _fixture.With(name, "x");
        _fixture.With("LLM_PROVIDER_1_ID", "a").With("LLM_PROVIDER_1_TYPE", "demo");

        Assert.Equal(names, _fixture.Errors().Select(error => error.Key).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("CHATBOX_SERVICE_HOST", "10.0.0.1")]
    [InlineData("CHATBOX_SERVICE_PORT", "80")]
    [InlineData("CHATBOX_SERVICE_PORT_HTTP", "80")]
    [InlineData("CHATBOX_PORT", "tcp://10.0.0.1:80")]
    [InlineData("CHATBOX_PORT_80_TCP", "tcp://10.0.0.1:80")]
    [InlineData("CHATBOX_PORT_80_TCP_PROTO", "tcp")]
    [InlineData("CHATBOX_PORT_80_TCP_PORT", "80")]
    [InlineData("CHATBOX_PORT_80_TCP_ADDR", "10.0.0.1")]
    [InlineData("POSTGRES_SERVICE_HOST", "10.0.0.2")]
    [InlineData("POSTGRES_PORT", "tcp://10.0.0.2:5432")]
    [InlineData("MONGO_PORT_27017_TCP_ADDR", "10.0.0.3")]
    [InlineData("POSTGRES_USER", "chatbox")]
    [InlineData("POSTGRES_PASSWORD", "x")]
    [InlineData("POSTGRES_PASSWORD_FILE", "/run/secrets/x")]
    [InlineData("POSTGRES_DB", "chatbox")]
    [InlineData("MONGO_INITDB_ROOT_USERNAME", "chatbox")]
    [InlineData("MONGO_PASSWORD", "x")]
    [InlineData("SESSION_MANAGER", "local/host:@/tmp/.ICE-unix/1")]
    [InlineData("CHATBOX_TEST_MONGO_URI", "mongodb://db")]
    [InlineData("CHATBOX_CHAOS", "1")]
    [InlineData("CHATBOX_WRITE_DOCS", "1")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "a=b")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://collector:4317")]
    [InlineData("HOSTNAME", "chatbox-0")]
    [InlineData("XDG_SESSION_ID", "1")]
    [InlineData("AWS_REGION", "eu-west-1")]
    [InlineData("SMTP_PASSWORD", "x")]
    [InlineData("SERVER_NAME", "x")]
    [InlineData("LOG_DIR", "x")]
    [InlineData("STORES", "x")]
    [InlineData("CHATBOX_UNSET", "")]
    [InlineData("COMPOSE_PROFILES", "postgres")]
    public void Variable_of_the_platform_or_of_another_program_stops_nothing(string name, string value) =>
        Assert.NotNull(_fixture.With(name, value).Load());

    [Theory]
    [InlineData("CHATBOX_PORT", "8081")]
    [InlineData("POSTGRES_PORT", "5432")]
    public void Number_is_no_service_link(string name, string value) => Assert.NotEmpty(_fixture.With(name, value).ErrorOf(name));

    [Fact]
    public void Document_names_every_prefix() =>
        Assert.All(UnknownVariables.OurPrefixes, prefix => Assert.Contains($"`{prefix}`", SettingDocument.Write()));
}
