namespace Chatbox.Tests.Unit.Configuration;

/// <summary>Quotation marks that an env file left around a value are named instead of becoming part of the value.</summary>
public sealed class QuotedValueTests : IDisposable
{
    private readonly ConfigurationFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("JWT_SECRET", "\"" + ConfigurationFixture.GoodSecret + "\"")]
    [InlineData("JWT_SECRET", "'" + ConfigurationFixture.GoodSecret + "'")]
    [InlineData("SERVER_PORT", "\"8080\"")]
    [InlineData("POSTGRES_URI", "'postgres://chat:secretword@db.example/chat'")]
    [InlineData("LLM_SYSTEM_PROMPT", "\"Be brief.\"")]
    [InlineData("WS_ALLOWED_ORIGINS", " 'https://a.example,https://b.example' ")]
    public void Quoted_value_is_named_without_being_repeated(string key, string value)
    {
        var error = Assert.Single(_fixture.With(key, value).Errors());

        Assert.Equal(key, error.Key);
        Assert.Equal("is in quotation marks, which would be part of the value: remove them (environment)", error.Message);
    }

    [Fact]
    public void Mistake_between_quotation_marks_is_named_too() =>
        Assert.Equal(["SERVER_PORT", "SERVER_PORT"], _fixture.With("SERVER_PORT", "'many'").Errors().Select(error => error.Key));

    [Theory]
    [InlineData("FRAME_ANCESTORS", "'self'")]
    [InlineData("LLM_SYSTEM_PROMPT", "\"Yes\" or \"no\"")]
    [InlineData("LLM_SYSTEM_PROMPT", "\"Hi\", he said.")]
    [InlineData("LLM_SYSTEM_PROMPT", "\"")]
    public void Quotation_marks_that_belong_to_the_value_stay(string key, string value) => Assert.NotNull(_fixture.With(key, value).Load());

    [Fact]
    public void File_has_quotation_marks_of_its_own() =>
        Assert.Equal("\"Hi\"", _fixture.WithFile("llm_system_prompt = '\"Hi\"'").Load().Models.SystemPrompt);
}
