using Chatbox.Messages;
using Chatbox.Node.Configuration;

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
    [InlineData("[[chatbox.llm.providers]]")]
    [InlineData("[[llm.providers]]")]
    public void Groups_may_be_tables_whose_keys_come_from_the_environment(string table)
    {
        _fixture
            .WithFile(
                $"""
                [llm]
                default_model = "b"
                {table}
                id = "a"
                type = "openai"
                model = "gpt"
                api_key = "from-file"
                vision = true
                context_tokens = 8192
                {table}
                id = "b"
                name = "Bee"
                type = "Anthropic"
                model = "claude"
                max_output_tokens = 100
                max_concurrent = 5
                """
            )
            .With("LLM_PROVIDER_2_API_KEY", "from-environment\n");

        var options = _fixture.Load();

        Assert.Equal(["from-file", "from-environment"], options.Providers.Select(provider => provider.ApiKey));
        Assert.Equal((true, 8192), (options.Providers[0].Vision, options.Providers[0].Description.ContextTokens));
        Assert.Equal(("Bee", 100, 5), Limits(options));
        Assert.Equal("b", options.Models.Default.Value);

        static (string, int, int) Limits(NodeOptions options)
        {
            var description = options.Providers[1].Description;
            return (description.Name, description.MaxOutputTokens, description.MaxConcurrent);
        }
    }

    [Fact]
    public void Two_arrays_of_tables_are_refused() =>
        Assert.Contains(
            "both",
            _fixture.WithFile("[[llm.providers]]\nid='a'\ntype='demo'\n[[chatbox.llm.providers]]\nname='b'").Errors()[0].Message
        );

    [Theory]
    [InlineData("LLM_PROVIDER_1_ENDPIONT")]
    [InlineData("LLM_PROVIDER_x_ID")]
    [InlineData("LLM_PROVIDER_01_ID")]
    [InlineData("LLM_PROVIDER_ID")]
    [InlineData("LLM_PROVIDER_1")]
    public void A_misspelt_variable_of_a_group_is_named(string key) =>
        Assert.Contains("not a known setting", _fixture.With(key, "x").ErrorOf(key));

    [Fact]
    public void A_misspelt_entry_of_a_table_is_named() =>
        Assert.Contains(
            "not a known setting",
            _fixture.WithFile("[[llm.providers]]\nid='a'\ntype='demo'\nmodle='m'").ErrorOf("llm.providers.0.modle")
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
