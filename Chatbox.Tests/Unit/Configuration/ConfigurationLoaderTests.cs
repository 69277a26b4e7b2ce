using System.Net;
using Chatbox.Node.Logging;
using Microsoft.Extensions.Logging;

namespace Chatbox.Tests.Unit.Configuration;

public sealed class ConfigurationLoaderTests : IDisposable
{
    private readonly ConfigurationFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("""a = "\UFFFFFFFF" """)]
    [InlineData("""a = "\uD800" """)]
    [InlineData("\"\"\\")]
    public void Escape_that_stands_for_no_character_is_a_named_error(string toml)
    {
        using var fixture = new ConfigurationFixture().WithFile(toml);
        Assert.Contains("is not TOML", fixture.ErrorOf("CONFIG_FILE"));
    }

    [Fact]
    public void Environment_goes_over_file_and_file_over_default()
    {
        _fixture
            .WithFile(
                """
                [server]
                port = 9000
                shutdown_timeout = "45s"
                [chatbox]
                shutdown_timeout = ""
                session_ttl = "1h"
                """
            )
            .With("SERVER_PORT", "9001");

        var options = _fixture.Load();

        Assert.Equal(9001, options.Server.Port);
        Assert.Equal(TimeSpan.FromSeconds(45), options.Server.ShutdownTimeout);
        Assert.Equal(TimeSpan.FromHours(1), options.Sessions.Ttl);
        Assert.Equal(TimeSpan.FromMinutes(15), options.Sessions.ReconnectTimeout);
    }

    [Theory]
    [InlineData("[chatbox]\nws_pong_wait = '2m'")]
    [InlineData("[chatbox.ws]\npong_wait = '2m'")]
    [InlineData("chatbox.ws.pong_wait = '2m'")]
    [InlineData("[Chatbox]\nWS_PONG_WAIT = '2m'")]
    [InlineData("WS_PONG_WAIT = '2m'")]
    public void A_setting_may_stand_in_the_file_in_several_ways(string toml) =>
        Assert.Equal(TimeSpan.FromMinutes(2), _fixture.WithFile(toml).Load().Connections.PongWait);

    [Fact]
    public void A_setting_that_stands_in_the_file_twice_is_refused() =>
        Assert.Contains("more than once", _fixture.WithFile("[chatbox]\nllm_max_tries = 2\n[llm]\nmax_tries = 4").ErrorOf("LLM_MAX_TRIES"));

    [Fact]
    public void An_empty_variable_is_no_value() => Assert.Equal(8080, _fixture.With("SERVER_PORT", " ").Load().Server.Port);

    [Theory]
    [InlineData("https://a.example,https://b.example:8443")]
    [InlineData(" HTTPS://A.example:443 , https://B.example:8443 ,")]
    public void A_list_is_separated_by_commas(string value) =>
        Assert.Equal(
            ["https://a.example", "https://b.example:8443"],
            _fixture.With("WS_ALLOWED_ORIGINS", value).Load().Server.WebSocketOrigins
        );

    [Fact]
    public void A_list_may_be_an_array_which_the_environment_replaces_whole()
    {
        _fixture.WithFile("[chatbox]\ntrusted_proxies = ['10.0.0.1', '192.168.0.0/16', '10.9.9.9/8', 'fd00::/8']");
        Assert.Equal(
            ["10.0.0.1/32", "192.168.0.0/16", "10.0.0.0/8", "fd00::/8"],
            _fixture.Load().Server.TrustedProxies.Select(network => network.ToString())
        );

        _fixture.With("TRUSTED_PROXIES", "127.0.0.1");
        Assert.Equal("127.0.0.1/32", Assert.Single(_fixture.Load().Server.TrustedProxies).ToString());
    }

    [Fact]
    public void Every_error_is_listed_at_once_with_its_key()
    {
        _fixture
            .With("SERVER_PORT", "70000")
            .With("SESSION_TTL", "15")
            .With("JWT_SECRET", "short")
            .With("LLM_PROVIDER_3_ID", "x")
            .With("WS_PING_PERIOD", "61s")
            .WithFile("[chatbox]\nlog_level = 'loud'\nsesion_ttl = '5m'");

        var keys = _fixture.Errors().Select(error => error.Key);

        Assert.Equal(
            ["JWT_SECRET", "LLM_PROVIDER_3_TYPE", "LOG_LEVEL", "SERVER_PORT", "SESSION_TTL", "WS_PING_PERIOD", "chatbox.sesion_ttl"],
            keys.Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void An_error_names_where_the_value_stands()
    {
        _fixture.WithFile("[server]\nport = 'x'").With("MAX_CONNECTIONS", "0");
        Assert.Equal("'x' is not a whole number from 0 to 65535 (config.toml, server.port)", _fixture.ErrorOf("SERVER_PORT"));
        Assert.Equal("0 is not within 1 to 10000000 (environment)", _fixture.ErrorOf("MAX_CONNECTIONS"));
    }

    [Theory]
    [InlineData("SERVER_PORT", "-1")]
    [InlineData("SERVER_PORT", "1e3")]
    [InlineData("SERVER_PORT", "tcp://10.0.0.1:80")]
    [InlineData("SERVER_HOST", "chat.example.org")]
    [InlineData("CHATBOX_PATH_PREFIX", "chatbox")]
    [InlineData("CHATBOX_PATH_PREFIX", "/")]
    [InlineData("CHATBOX_PATH_PREFIX", "/a//b")]
    [InlineData("CHATBOX_PATH_PREFIX", "/a/../b")]
    [InlineData("CHATBOX_PATH_PREFIX", "/a{b}")]
    [InlineData("MAX_MESSAGE_SIZE", "1023")]
    [InlineData("RATE_LIMIT", "0")]
    [InlineData("ADMIN_RATE_LIMIT", "0")]
    [InlineData("ADMIN_RATE_WINDOW", "0")]
    [InlineData("SESSION_TTL", "-1m")]
    [InlineData("SHUTDOWN_TIMEOUT", "0")]
    [InlineData("STREAM_CHECKPOINT_INTERVAL", "2m")]
    [InlineData("SNAPSHOT_EVERY", "9")]
    [InlineData("LLM_MAX_TRIES", "11")]
    [InlineData("WS_ALLOWED_ORIGINS", "*")]
    [InlineData("WS_ALLOWED_ORIGINS", "https://*.example.org")]
    [InlineData("WS_ALLOWED_ORIGINS", "https://a.example/")]
    [InlineData("WS_ALLOWED_ORIGINS", "a.example")]
    [InlineData("CORS_ALLOWED_ORIGINS", "https://user@a.example")]
    [InlineData("CORS_ALLOWED_ORIGINS", "null")]
    [InlineData("FRAME_ANCESTORS", "https://a.example; script-src *")]
    [InlineData("FRAME_ANCESTORS", "*")]
    [InlineData("PARENT_ORIGINS", "*")]
    [InlineData("STARTER_PROMPTS", "1|2|3|4|5|6|7")]
    [InlineData("TRUSTED_PROXIES", "10.0.0.0/33")]
    [InlineData("TRUSTED_PROXIES", "proxy")]
    [InlineData("METRICS_ALLOWED_NETWORKS", "10.0.0.0/-1")]
    [InlineData("WS_ALLOW_QUERY_TOKEN", "maybe")]
    [InlineData("JWT_REQUIRE_EXP", "2")]
    [InlineData("LOG_LEVEL", "trace")]
    [InlineData("LOG_FORMAT", "xml")]
    [InlineData("STORE", "oracle")]
    [InlineData("MONGO_RETRY_ATTEMPTS", "-1")]
    [InlineData("MONGO_CONNECT_TIMEOUT", "ten")]
    [InlineData("S3_ENDPOINT", "http://s3.example.org")]
    [InlineData("S3_USE_PATH_STYLE", "yes!")]
    [InlineData("SMTP_PORT", "0")]
    [InlineData("ADMIN_EMAILS", "a@b.example,nobody")]
    [InlineData("ADMIN_PHONES", "call me")]
    [InlineData("EMAIL_FROM", "nobody")]
    [InlineData("SMS_FROM_NUMBER", "x")]
    [InlineData("ADMIN_PANEL_URL", "ftp://a.example")]
    [InlineData("LLM_DEFAULT_MODEL", "unheard-of")]
    public void A_value_out_of_bounds_stops_the_start(string key, string value) => Assert.NotEmpty(_fixture.With(key, value).ErrorOf(key));

    [Theory]
    [InlineData("ws_ping_period = '60s'", "WS_PING_PERIOD")]
    [InlineData("ask_timeout = '40s'", "ASK_TIMEOUT")]
    [InlineData("s3_access_key_id = 'AKIA123'", "S3_ACCESS_KEY_ID")]
    [InlineData("drain_delay = '16s'", "DRAIN_DELAY")]
    public void What_does_not_fit_together_stops_the_start(string entry, string key) =>
        Assert.NotEmpty(_fixture.WithFile($"[chatbox]\n{entry}").ErrorOf(key));

    [Theory]
    [InlineData("Development", "30s", null, 0)]
    [InlineData("Development", "30s", "15s", 15_000)]
    [InlineData("Production", "30s", null, 5_000)]
    [InlineData("Production", "30s", "0", 0)]
    [InlineData("Production", "3s", null, 1_000)]
    public void Drain_is_a_part_of_the_time_for_the_stop(string environment, string shutdown, string? delay, int expected) =>
        Assert.Equal(
            TimeSpan.FromMilliseconds(expected),
            _fixture
                .With("ASPNETCORE_ENVIRONMENT", environment)
                .With("SHUTDOWN_TIMEOUT", shutdown)
                .With("DRAIN_DELAY", delay)
                .Load()
                .Server.DrainDelay
        );

    [Fact]
    public void Drain_that_leaves_the_sessions_too_little_time_names_both_settings()
    {
        var message = _fixture.With("SHUTDOWN_TIMEOUT", "12s").With("DRAIN_DELAY", "6s").ErrorOf("DRAIN_DELAY");

        Assert.Contains("SHUTDOWN_TIMEOUT, 12s", message);
        Assert.Contains("at most 4s", message);
    }

    [Theory]
    [InlineData("[chatbox]\npath_prefixx = '/c'", "chatbox.path_prefixx")]
    [InlineData("[server]\nports = 1", "server.ports")]
    [InlineData("[llm]\ndefault = 'x'", "llm.default")]
    [InlineData("[dbs.chat]\nurl = 'x'", "dbs.chat.url")]
    [InlineData("[chatbox.deeper.still]\nx = 1", "chatbox.deeper.still.x")]
    [InlineData("[store]\nkind = 'postgres'", "store.kind")]
    [InlineData("[chatbox.jwt_secret]\nvalue = 'x'", "chatbox.jwt_secret.value")]
    public void A_misspelt_entry_of_the_file_is_named(string toml, string key) =>
        Assert.Contains("not a known setting", _fixture.WithFile(toml).ErrorOf(key));

    [Fact]
    public void Tables_of_others_are_left_alone() =>
        Assert.NotNull(_fixture.WithFile("title = 'x'\n[telemetry]\nurl = 'x'\n[dbs.other]\nuri = 'x'\n[[jobs]]\nname = 'x'").Load());

    [Theory]
    [InlineData("JWT_SECRET", "REPLACE_WITH_a_real_one_0pXv7Qm2Lr9tKz4wYb6Nc")]
    [InlineData("SERVER_HOST", "PLACEHOLDER")]
    [InlineData("CORS_ALLOWED_ORIGINS", "https://YOUR-DOMAIN.example")]
    [InlineData("SMTP_USER", "change_me")]
    [InlineData("S3_BUCKET", "your-bucket")]
    public void A_placeholder_stops_the_start(string key, string value) =>
        Assert.Contains(_fixture.With(key, value).Errors(), error => error.Key == key && error.Message.Contains("placeholder"));

    [Fact]
    public void A_prompt_may_speak_of_placeholders() =>
        Assert.Equal(" Say your-self.\n", _fixture.With("LLM_SYSTEM_PROMPT", " Say your-self.\n").Load().Models.SystemPrompt);

    [Fact]
    public void A_file_that_was_named_must_be_there()
    {
        Assert.Contains("elsewhere.toml", _fixture.With("CONFIG_FILE", "elsewhere.toml").ErrorOf("CONFIG_FILE"));
        Assert.Equal(81, _fixture.WithFile("server.port = 81", "elsewhere.toml").Load().Server.Port);
    }

    [Theory]
    [InlineData("[chatbox]\njwt_secret = hunter2hunter2", "line 2")]
    [InlineData("[chatbox]\njwt_secret = \"hunter2hunter2", "line")]
    [InlineData("[server]\nport = 1\nport = 2", "line 3")]
    [InlineData("[server]\nport = 1\n[server]\nhost = 'x'", "line 3")]
    [InlineData("[server]\nport = 1\n[SERVER]\nport = 2", "twice")]
    public void A_file_that_is_not_TOML_is_refused_without_quoting_it(string toml, string place)
    {
        var message = _fixture.WithFile(toml).ErrorOf("CONFIG_FILE");
        Assert.Contains(place, message);
        Assert.DoesNotContain("hunter2", message);
    }

    [Fact]
    public void Development_listens_on_this_machine_only_and_is_lax()
    {
        var development = _fixture.InDevelopment().Load();
        Assert.True(development.IsDevelopment);
        Assert.Equal(IPAddress.Loopback, development.Server.Host);
        Assert.False(development.Jwt.RequireExpiry);
        Assert.Equal(LogFormat.Text, development.Logging.Format);
    }

    [Fact]
    public void A_bare_start_is_Production_and_strict()
    {
        var production = _fixture.Load();
        Assert.Equal("Production", production.EnvironmentName);
        Assert.Equal(IPAddress.IPv6Any, production.Server.Host);
        Assert.True(production.Jwt.RequireExpiry);
        Assert.Equal(new LoggingOptions(LogLevel.Information, LogFormat.Json), production.Logging);
        Assert.Contains("own origin", _fixture.WarningOf("WS_ALLOWED_ORIGINS"));
    }

    [Theory]
    [InlineData("*", "::")]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("localhost", "127.0.0.1")]
    [InlineData("::1", "::1")]
    public void The_listening_address_can_be_chosen(string value, string address) =>
        Assert.Equal(IPAddress.Parse(address), _fixture.With("SERVER_HOST", value).Load().Server.Host);

    [Fact]
    public void Relative_data_folders_start_from_the_working_directory() =>
        Assert.Equal(Path.Combine(_fixture.Folder, "data"), _fixture.Load().Store.DataDirectory);
}
