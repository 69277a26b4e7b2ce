using System.Text.Json;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Answers;

/// <summary>A provider's moderation withdraws text that the provider has already streamed (Dify's <c>message_replace</c>).</summary>
public sealed class AnswerWithdrawnTests : IAsyncLifetime
{
    private ScriptedModelServer _models = null!;
    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        _models = await ScriptedModelServer.Start();
        _node = await TestNode.Start(
            new Dictionary<string, string>
            {
                ["LLM_PROVIDER_1_ID"] = "dify",
                ["LLM_PROVIDER_1_NAME"] = "Dify",
                ["LLM_PROVIDER_1_TYPE"] = "dify",
                ["LLM_PROVIDER_1_ENDPOINT"] = _models.Endpoint.ToString(),
                ["LLM_PROVIDER_1_API_KEY"] = "app-key-of-this-test",
                ["LLM_PROVIDER_1_MODEL"] = "app",
            }
        );
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        await _models.DisposeAsync();
    }

    [Fact]
    public async Task Withdrawn_text_is_withdrawn_openly_and_leaves_no_trace_in_the_transcript()
    {
        var shown = new TaskCompletionSource();
        _models.Enqueue(ModelScript.Begin().Pieces("Bad ", "words").Wait(shown.Task).Replace("Let us talk ").Pieces("of roses.").End());
        await using var client = await _node.Connect("alice");
        await client.Say("Hello", "c1");
        var answer = (await client.Next("ai_response")).Text("message_id")!;
        while (client.TextOf(answer) != "Bad words") // in one piece or in two
            await client.Next("ai_response");
        shown.SetResult();

        var reset = await client.Next(f => f.Metadata("reset") == "true", "reset");
        Assert.Equal(0, reset.GetProperty("offset").GetInt32());
        await client.NextDone();
        Assert.Equal("Let us talk of roses.", client.TextOf(answer));

        await using var late = await _node.Connect("alice", $"last_seq=0&partial={answer}:4");
        await late.NextDone();
        Assert.Equal("Let us talk of roses.", late.TextOf(answer));
        Assert.DoesNotContain(late.Seen, f => JsonSerializer.Serialize(f).Contains("Bad"));
    }
}
