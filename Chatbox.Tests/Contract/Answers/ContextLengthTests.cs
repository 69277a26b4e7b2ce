using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Answers;

/// <summary>Promise context: a provider that counts a prompt as longer than the node did receives a shorter prompt and answers.</summary>
public sealed class ContextLengthTests(ContextLengthTests.Host host) : IClassFixture<ContextLengthTests.Host>
{
    private const int Window = 1_200;

    public sealed class Host : ScriptedNode
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string>
            {
                ["LLM_PROVIDER_1_CONTEXT_TOKENS"] = $"{Window}",
                ["LLM_PROVIDER_1_MAX_OUTPUT_TOKENS"] = "200",
                ["LLM_PROVIDER_2_CONTEXT_TOKENS"] = $"{Window}",
                ["LLM_PROVIDER_2_MAX_OUTPUT_TOKENS"] = "200",
            };
    }

    [Theory]
    [InlineData(
        "one",
        '語',
        2,
        """{"error":{"message":"This model's maximum context length is 1200 tokens.","code":"context_length_exceeded"}}"""
    )]
    [InlineData("two", 'x', 1, """{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long"}}""")]
    public async Task Conversation_goes_on_however_the_provider_counts(string model, char letter, int tokens, string refusal)
    {
        var refused = 0;
        host.Models.Otherwise = request =>
        {
            var messages = request.Json.GetProperty("messages").EnumerateArray().ToList();
            if (messages.Sum(message => message.Text("content")!.Length) * tokens <= Window - 200)
                return ModelScript.Answer("Well.");
            Interlocked.Increment(ref refused);
            return ModelScript.RefuseWith(400, refusal);
        };
        await using var talk = new Talk(await host.Node.Connect($"reader-of-{model}"));
        await talk.Select(model);
        var refusals = new List<int>();
        for (var n = 0; n < 20; n++)
        {
            var before = refused;
            await talk.Say(new string(letter, 95) + $"{n:00}");
            Assert.Equal("stop", (await talk.Client.NextDone()).Metadata("finish_reason"));
            refusals.Add(refused - before);
        }

        // The node learns the rate once; all later prompts fit at the first attempt.
        Assert.InRange(refusals.Count(count => count > 0), 1, 2);
        Assert.All(refusals, count => Assert.InRange(count, 0, 8));
        var last = host.Models.Requests[^1].Json.GetProperty("messages").EnumerateArray().ToList();
        Assert.Equal("user", last[0].Text("role"));
        Assert.InRange(last.Count, 3, 20);
    }
}
