using Chatbox.Node.Errors;
using Chatbox.Node.Stores;

namespace Chatbox.Tests.Unit.Configuration;

/// <summary>A setting that this version cannot honour is never ignored in silence, and no secret ever shows.</summary>
public sealed class HonestConfigurationTests : IDisposable
{
    private const string Canary = "Tr0ub4dor-canary-9Zx";

    private readonly ConfigurationFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void A_database_that_was_waived_is_warned_of()
    {
        var message = _fixture.With("STORE", "sqlite").WithFile("[dbs.chat]\nuri = 'mongodb://db/chat'").WarningOf("MONGO_URI");
        Assert.Contains("no effect", message);
        Assert.Equal(StoreKind.Sqlite, _fixture.Load().Store.Kind);
    }

    [Theory]
    [InlineData("sqlite", "POSTGRES_CONNECT_TIMEOUT", "5s")]
    [InlineData("sqlite", "POSTGRES_RETRY_ATTEMPTS", "5")]
    [InlineData("mongodb", "POSTGRES_RETRY_DELAY", "1s")]
    [InlineData("sqlite", "POSTGRES_URI_FILE", "uri")]
    [InlineData("sqlite", "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")]
    public void Setting_of_another_store_or_of_tracing_without_a_collector_is_warned_of(string store, string key, string value)
    {
        File.WriteAllText(Path.Combine(_fixture.Folder, "uri"), "postgres://db/chat");
        _fixture.With("STORE", store).With("MONGO_URI", store == "mongodb" ? "mongodb://db.example" : null).With(key, value);

        Assert.Contains("has no effect", _fixture.WarningOf(key.Replace("_FILE", "")));
    }

    [Theory]
    [InlineData("S3_ENDPOINT", "https://s3.example.org")]
    [InlineData("S3_REGION", "eu-west-1")]
    public void What_has_no_effect_is_warned_of(string key, string value) => Assert.NotEmpty(_fixture.With(key, value).WarningOf(key));

    [Theory]
    [InlineData("https://b.example", "https://a.example")]
    [InlineData("https://b.example.evil", "https://*.b.example")]
    [InlineData("https://b.example", null)]
    public void Origin_that_gives_tokens_but_may_not_embed_the_pages_is_warned_of(string parent, string? ancestors) =>
        Assert.Contains(parent, _fixture.With("PARENT_ORIGINS", parent).With("FRAME_ANCESTORS", ancestors).WarningOf("PARENT_ORIGINS"));

    [Theory]
    [InlineData("https://a.example", "https://a.example", "https://a.example")]
    [InlineData("https://a.b.example,'self'", "https://*.b.example", "https://a.b.example 'self'")]
    [InlineData(null, "https://*.b.example", "https://*.b.example")]
    [InlineData(null, null, "")]
    public void Tokens_are_taken_from_the_origins_that_may_embed_the_pages(string? parents, string? ancestors, string expected)
    {
        var options = _fixture.With("PARENT_ORIGINS", parents).With("FRAME_ANCESTORS", ancestors).Load();

        Assert.DoesNotContain(options.Warnings, warning => warning.Key == "PARENT_ORIGINS");
        Assert.Equal(expected, string.Join(' ', options.Server.ParentOrigins));
    }

    [Fact]
    public void Nothing_is_warned_of_that_nobody_set() =>
        Assert.Equal(["LLM_PROVIDER_1_ID", "WS_ALLOWED_ORIGINS"], _fixture.Load().Warnings.Select(warning => warning.Key).Order());

    [Fact]
    public void No_message_holds_a_secret()
    {
        string[] secrets =
        [
            "JWT_SECRET",
            "ENCRYPTION_KEY",
            "ENCRYPTION_KEYS",
            "MONGO_URI",
            "POSTGRES_URI",
            "S3_ACCESS_KEY_ID",
            "S3_SECRET_ACCESS_KEY",
            "SMTP_PASS",
            "SMS_API_KEY",
            "SMS_AUTH_TOKEN",
            "NOTIFY_WEBHOOK_SECRET",
            "LLM_PROVIDER_1_API_KEY",
        ];
        foreach (var key in secrets)
            _fixture.With(key, $"{Canary} é");
        _fixture.With("LLM_PROVIDER_1_ENDPOINT", $"https://user:{Canary}@api.example/").With("S3_ENDPOINT", $"ftp://x/?key={Canary}");

        var exception = Assert.Throws<ConfigurationException>(_fixture.Load);

        Assert.DoesNotContain(Canary, exception.ToString());
        Assert.True(exception.Errors.Count >= 8, exception.Message);
    }

    [Fact]
    public void The_options_can_be_printed_without_a_secret()
    {
        _fixture.With("LLM_PROVIDER_1_ID", "a").With("LLM_PROVIDER_1_TYPE", "openai").With("LLM_PROVIDER_1_MODEL", "m");
        var options = _fixture.With("LLM_PROVIDER_1_API_KEY", Canary).Load();
        Assert.Equal(Canary, Assert.Single(options.Providers).ApiKey);
        var text = $"{options} {options.Jwt} {options.Providers[0]}";
        Assert.DoesNotContain(Canary, text);
        Assert.DoesNotContain(ConfigurationFixture.GoodSecret, text);
    }
}
