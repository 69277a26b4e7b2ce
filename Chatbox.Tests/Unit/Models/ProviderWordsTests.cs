using System.Text;
using Chatbox.Node.Models;

namespace Chatbox.Tests.Unit.Models;

/// <summary>Tests with what providers say about a prompt that is too long, and with texts that only sound like it.</summary>
public sealed class ProviderWordsTests
{
    [Theory]
    [InlineData(
        """{"error":{"message":"This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.","code":"context_length_exceeded"}}""",
        8192
    )]
    [InlineData(
        """{"object":"error","message":"'max_tokens' or 'max_completion_tokens' is too large: 4096. This model's maximum context length is 4096 tokens and your request has 50 input tokens","param":"max_tokens"}""",
        4096
    )]
    [InlineData(
        """{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 208310 tokens > 200000 maximum"}}""",
        200000
    )]
    [InlineData(
        """{"error":{"message":"input length and `max_tokens` exceed context limit: 199000 + 8192 > 200000, decrease input length or `max_tokens` and try again"}}""",
        null
    )]
    [InlineData(
        """{"error":{"code":400,"message":"the request exceeds the available context size, try increasing it","type":"exceed_context_size_error","n_prompt_tokens":9000,"n_ctx":4096}}""",
        4096
    )]
    [InlineData(
        """[{"error":{"code":400,"message":"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT"}}]""",
        1048576
    )]
    [InlineData(
        """{"message":"Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32,768 maximum context length"}""",
        32768
    )]
    [InlineData("""{"message":"Input is too long for requested model."}""", null)]
    [InlineData("Invalid request: Your request exceeded model token limit: 8192", 8192)]
    [InlineData("This model's maximum prompt length is 131072 but the request contains 537812 tokens.", 131072)]
    [InlineData("Requested token count exceeds the model's maximum context length of 8192 tokens.", 8192)]
    [InlineData(
        """{"error":"Trying to keep the first 6000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens"}""",
        4096
    )]
    [InlineData("Please reduce the length of the messages or completion.", null)]
    [InlineData("""{"error":{"code":"1261","message":"Prompt 超长"}}""", null)]
    [InlineData("Range of input length should be [1, 30720]", null)]
    [InlineData("""{"error":{"message":"truncated where we stopped reading: maximum context length is 8192 to""", 8192)]
    public void Too_long_in_many_words(string said, int? window)
    {
        var words = Words(said);
        Assert.True(words.SayTooLong);
        Assert.Equal(window, words.Window);
    }

    [Theory]
    [InlineData("")]
    [InlineData("what the provider wrote")]
    [InlineData(
        """{"error":{"message":"max_tokens is too large: 32768. This model supports at most 16384 completion tokens","param":"max_tokens"}}"""
    )]
    [InlineData(
        """{"error":{"message":"max_tokens: 8192 > 4096, which is the maximum allowed number of output tokens for claude-3-opus"}}"""
    )]
    [InlineData("Invalid value for temperature")]
    [InlineData("You exceeded your current quota")]
    public void What_is_not_about_the_length_of_a_prompt(string said) => Assert.False(Words(said).SayTooLong);

    [Theory]
    [InlineData("""{"error":{"param":"stop"}}""", "stop", true)]
    [InlineData("""{"detail":[{"loc":["body","stop",0]}]}""", "stop", true)]
    [InlineData("unknown parameter: stop", "stop", true)]
    [InlineData("`stop` is not supported", "stop", true)]
    [InlineData("please stop", "stop", false)]
    [InlineData("max_completion_tokens", "max_tokens", false)]
    [InlineData("my_max_tokens_field", "max_tokens", false)]
    [InlineData("\"max_tokens\"", "max_tokens", true)]
    public void Fields_are_known_by_their_names(string said, string field, bool named) => Assert.Equal(named, Words(said).Name(field));

    private static ProviderWords Words(string said) => ProviderWords.Of(Encoding.UTF8.GetBytes(said));
}
