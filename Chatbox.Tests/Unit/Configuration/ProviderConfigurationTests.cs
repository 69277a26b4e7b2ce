using Chatbox.Messages;

namespace Chatbox.Tests.Unit.Configuration;

public sealed class ProviderConfigurationTests : IDisposable
{
    private readonly ConfigurationFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    private ConfigurationFixture Group(
        int number,
        string id,
        string type,
        string? model = "m",
        string? key = "k",
        string? endpoint = null
    ) =>
        _fixture
            .With($"LLM_PROVIDER_{number}_ID", id)
            .With($"LLM_PROVIDER_{number}_TYPE", type)
            .With($"LLM_PROVIDER_{number}_MODEL", model)
            .With($"LLM_PROVIDER_{number}_API_KEY", key)
            .With($"LLM_PROVIDER_{number}_ENDPOINT", endpoint);

    [Fact]
    public void Without_a_model_the_demo_answers_and_says_so()
    {
        var provider = Assert.Single(_fixture.Load().Providers);
        Assert.Equal((new ModelId("demo"), "demo"), (provider.Description.Id, provider.Description.Provider));
        Assert.Equal(new ModelId("demo"), _fixture.Load().Models.Default);
        Assert.Contains("demo", _fixture.WarningOf("LLM_PROVIDER_1_ID"));
    }

    [Fact]
    public void Groups_keep_the_order_of_their_numbers_whatever_is_left_out()
    {
        Group(10, "ten", "openai");
        Group(2, "two", "anthropic");
        Group(7, "seven", "dify", model: null, endpoint: "https://dify.example/v1");

        var options = _fixture.Load();

        Assert.Equal(["two", "seven", "ten"], options.Providers.Select(provider => provider.Description.Id.Value));
        Assert.Equal(options.Providers.Select(provider => provider.Description), options.Models.Models);
        Assert.Equal(
            ["https://api.anthropic.com/v1", "https://dify.example/v1", "https://api.openai.com/v1"],
            options.Providers.Select(provider => provider.Endpoint?.ToString())
        );
        Assert.Equal("two", options.Models.Default.Value);
        Assert.Equal("two", options.Providers[0].Description.Name);
        Assert.DoesNotContain(options.Warnings, warning => warning.Key.StartsWith("LLM_"));
    }

    [Theory]
    [InlineData("api-key: secret, HTTP-Referer: https://chat.example.org")]
    [InlineData("api-key=secret,HTTP-Referer=https://chat.example.org")]
    [InlineData("api-key: secret\nHTTP-Referer: https://chat.example.org\n")]
    [InlineData("""{"api-key": "secret", "HTTP-Referer": "https://chat.example.org"}""")]
    public void Headers_may_be_written_as_lines_or_as_json(string written)
    {
        var provider = Group(1, "azure", "openai").With("LLM_PROVIDER_1_HEADERS", written).Load().Providers[0];

        Assert.Equal("secret", provider.Headers["API-KEY"]);
        Assert.Equal("https://chat.example.org", provider.Headers["HTTP-Referer"]);
        Assert.DoesNotContain("secret", provider.ToString());
    }

    [Theory]
    [InlineData("top-secret")]
    [InlineData("api key: top-secret")]
    [InlineData("api-key: top-sécret")]
    [InlineData("""{"api-key": ["top-secret"]}""")]
    [InlineData("""{"api-key": "top-secret" """)]
    [InlineData("Content-Length: 1, x: top-secret")]
    [InlineData("Host: top-secret")]
    [InlineData("a: top-secret, A: top-secret")]
    [InlineData("api-key:")]
    public void Headers_that_cannot_be_sent_are_refused_without_a_word_of_them(string written)
    {
        var error = Group(1, "azure", "openai").With("LLM_PROVIDER_1_HEADERS", written).ErrorOf("LLM_PROVIDER_1_HEADERS");

        Assert.DoesNotContain("secret", error);
        Assert.DoesNotContain("sécret", error);
    }

    [Theory]
    [InlineData("openai", "[1]", "not a JSON object")]
    [InlineData("openai", "{", "not valid JSON")]
    [InlineData("openai", """{"a":1,"a":2}""", "not valid JSON")]
    [InlineData("openai", """{"messages":[]}""", "messages")]
    [InlineData("openai", """{"stream":false}""", "stream")]
    [InlineData("openai", """{"n":2}""", "has n,")]
    [InlineData("anthropic", """{"system":"x"}""", "system")]
    [InlineData("dify", """{"query":"x"}""", "query")]
    public void Extra_that_cannot_be_merged_is_refused(string type, string extra, string about) =>
        Assert.Contains(
            about,
            Group(1, "m", type, endpoint: "https://models.example/v1").With("LLM_PROVIDER_1_EXTRA", extra).ErrorOf("LLM_PROVIDER_1_EXTRA")
        );

    [Fact]
    public void Extra_may_hold_whatever_a_provider_wants()
    {
        var provider = Group(1, "m", "openai")
            .With("LLM_PROVIDER_1_EXTRA", """{"reasoning_effort":"low","stream_options":null,"provider":{"order":["a"]}}""")
            .Load()
            .Providers[0];

        Assert.Equal("low", (string?)provider.Extra!["reasoning_effort"]);
        Assert.True(provider.Extra.ContainsKey("stream_options"));
    }

    [Theory]
    [InlineData("http://ollama.lan:11434/v1", ".lan")]
    [InlineData("http://OLLAMA.LAN:11434/v1", "*.lan")]
    [InlineData("http://ollama.lan:11434/v1", "other.lan, ollama.lan")]
    [InlineData("http://gpu.home.arpa/v1", ".home.arpa")]
    [InlineData("http://100.100.1.2:8000/v1", "100.64.0.0/10")]
    [InlineData("http://100.100.1.2:8000/v1", "100.100.1.2")]
    [InlineData("http://[fd7a:115c:a1e0::1]:8000/v1", "")]
    [InlineData("http://gpu.internal/v1", "")]
    public void Hosts_of_ones_own_network_may_be_reached_over_http_where_that_is_set(string endpoint, string hosts)
    {
        Group(1, "m", "openai", endpoint: endpoint);
        if (hosts.Length > 0)
            Assert.Contains("LLM_HTTP_HOSTS", _fixture.ErrorOf("LLM_PROVIDER_1_ENDPOINT"));

        Assert.Equal(new Uri(endpoint), _fixture.With("LLM_HTTP_HOSTS", hosts).Load().Providers[0].Endpoint);
    }

    [Theory]
    [InlineData("http://evil-lan/v1.example.org", "http://models.example.org/v1")]
    [InlineData(".lan", "http://lan.example.org/v1")]
    [InlineData(".lan", "http://notlan.example/v1")]
    [InlineData("ollama.lan", "http://x.ollama.lan/v1")]
    [InlineData("100.64.0.0/10", "http://100.128.0.1/v1")]
    [InlineData("100.64.0.0/10", "http://8.8.8.8/v1")]
    public void Other_hosts_still_need_https(string hosts, string endpoint) =>
        Assert.NotEmpty(Group(1, "m", "openai", endpoint: endpoint).With("LLM_HTTP_HOSTS", hosts).Errors());

    [Fact]
    public void Context_may_be_of_millions_of_tokens() =>
        Assert.Equal(
            2_000_000,
            Group(1, "m", "openai").With("LLM_PROVIDER_1_CONTEXT_TOKENS", "2000000").Load().Providers[0].Description.ContextTokens
        );

    [Fact]
    public void Slow_starter_and_what_it_thinks_are_set_for_one_model_or_for_all()
    {
        Group(1, "one", "openai").With("LLM_PROVIDER_1_FIRST_TOKEN_TIMEOUT", "90s").With("LLM_PROVIDER_1_SHOW_THINKING", "false");
        var models = Group(2, "two", "openai").With("LLM_FIRST_TOKEN_TIMEOUT", "20s").With("LLM_SHOW_THINKING", "true").Load().Models;

        Assert.Equal(
            [(90, false), (20, true)],
            models.Models.Select(model => ((int)models.FirstTokenTimeoutOf(model).TotalSeconds, model.ShowsThinking))
        );
    }

    [Fact]
    public void First_token_that_the_whole_answer_does_not_wait_for_is_warned_of() =>
        Assert.Contains(
            "LLM_STREAM_TIMEOUT",
            Group(1, "one", "openai").With("LLM_PROVIDER_1_FIRST_TOKEN_TIMEOUT", "5m").WarningOf("LLM_PROVIDER_1_FIRST_TOKEN_TIMEOUT")
        );

    [Theory]
    [InlineData("openai", "LLM_PROVIDER_4_MODEL")]
    [InlineData("openai", "LLM_PROVIDER_4_API_KEY")]
    [InlineData("anthropic", "LLM_PROVIDER_4_MODEL")]
    [InlineData("anthropic", "LLM_PROVIDER_4_API_KEY")]
    [InlineData("dify", "LLM_PROVIDER_4_ENDPOINT")]
    [InlineData("dify", "LLM_PROVIDER_4_API_KEY")]
    [InlineData("demo", "LLM_PROVIDER_4_ID")]
    public void What_a_type_needs_must_be_there(string type, string missing)
    {
        Group(4, "four", type, endpoint: type == "dify" ? "https://dify.example" : null).Without(missing);
        Assert.StartsWith("is missing", _fixture.ErrorOf(missing));
    }

    [Fact]
    public void A_type_must_be_there_and_known()
    {
        Assert.StartsWith("is missing", Group(1, "a", "").ErrorOf("LLM_PROVIDER_1_TYPE"));
        Assert.Contains("is not one of", Group(1, "a", "gemini").ErrorOf("LLM_PROVIDER_1_TYPE"));
    }

    [Fact]
    public void An_endpoint_of_ones_own_needs_no_key() =>
        Assert.Equal("", Assert.Single(Group(1, "a", "openai", key: null, endpoint: "http://ollama:11434/v1").Load().Providers).ApiKey);

    [Fact]
    public void Two_models_with_one_id_are_refused()
    {
        Group(1, "same", "demo");
        Assert.Contains("LLM_PROVIDER_1_ID", Group(2, "same", "demo").ErrorOf("LLM_PROVIDER_2_ID"));
    }

    [Fact]
    public void An_answer_must_leave_room_for_the_prompt()
    {
        Group(1, "a", "demo").With("LLM_PROVIDER_1_CONTEXT_TOKENS", "4096");
        Assert.Contains("less than LLM_PROVIDER_1_CONTEXT_TOKENS", _fixture.ErrorOf("LLM_PROVIDER_1_MAX_OUTPUT_TOKENS"));
    }

    [Fact]
    public void An_id_longer_than_its_frame_field_is_refused() =>
        Assert.NotEmpty(Group(1, new string('x', ModelId.MaxLength + 1), "demo").ErrorOf("LLM_PROVIDER_1_ID"));

    [Fact]
    public void The_default_model_must_be_one_of_them()
    {
        Group(1, "a", "demo");
        Assert.Contains("'b'", _fixture.With("LLM_DEFAULT_MODEL", "b").ErrorOf("LLM_DEFAULT_MODEL"));
    }

    [Theory]
    [InlineData("https://api.example.org/v1")]
    [InlineData("https://api.example.org/v1?api-version=1")]
    [InlineData("http://localhost:11434/v1")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("http://127.8.8.8:1")]
    [InlineData("http://[::1]:1")]
    [InlineData("http://10.1.2.3")]
    [InlineData("http://172.31.0.1")]
    [InlineData("http://192.168.1.1")]
    [InlineData("http://[fd00::1]")]
    [InlineData("http://ollama:11434")]
    [InlineData("http://vllm.models.svc:8000")]
    [InlineData("http://vllm.models.svc.cluster.local:8000/v1")]
    [InlineData("http://host.docker.internal:11434")]
    public void An_endpoint_is_https_or_near(string endpoint) =>
        Assert.Equal(new Uri(endpoint), Assert.Single(Group(1, "a", "openai", endpoint: endpoint).Load().Providers).Endpoint);

    [Theory]
    [InlineData("http://api.example.org/v1")]
    [InlineData("http://8.8.8.8/v1")]
    [InlineData("http://172.32.0.1")]
    [InlineData("http://[2001:db8::1]")]
    [InlineData("http://localhost.example.org")]
    [InlineData("http://evilsvc.example")]
    [InlineData("ftp://localhost")]
    [InlineData("localhost:11434")]
    [InlineData("https://")]
    [InlineData("https://key@api.example.org")]
    [InlineData("https://api.example.org/#x")]
    [InlineData("not an address")]
    public void Any_other_endpoint_is_refused(string endpoint) =>
        Assert.NotEmpty(Group(1, "a", "openai", endpoint: endpoint).ErrorOf("LLM_PROVIDER_1_ENDPOINT"));

    [Fact]
    public void A_key_that_no_header_can_carry_is_refused() =>
        Assert.NotEmpty(Group(1, "a", "openai", key: "two words").ErrorOf("LLM_PROVIDER_1_API_KEY"));
}
