using Chatbox.Node.Configuration;

namespace Chatbox.Tests.Unit.Configuration;

/// <summary>Groups of provider settings as tables of the configuration file, and misspelt names in groups and tables.</summary>
public sealed class ProviderGroupTests : IDisposable
{
    private readonly ConfigurationFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

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
        Assert.Equal((true, 8192), (options.Providers[0].Description.Sees, options.Providers[0].Description.ContextTokens));
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
}
