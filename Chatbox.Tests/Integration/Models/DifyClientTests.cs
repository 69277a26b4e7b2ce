using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Integration.Models;

/// <summary>Tests that a client for the real Dify understands our fake.</summary>
public sealed class DifyClientTests : ModelServerTests
{
    [FactRequiresNode]
    public async Task An_independent_client_understands_the_fakes_answers_and_conversations()
    {
        Server.Enqueue(ModelScript.Begin().Pieces("Grüße", ", ", "世界").Usage(12, 3).End(), ModelScript.Answer("Again"));

        var first = await DifyClientCheck.Ask(Server.Endpoint, "Hello");
        var conversation = first.GetProperty("conversationId").GetString();
        var second = await DifyClientCheck.Ask(Server.Endpoint, "And now?", conversation);

        Assert.Equal("Grüße, 世界", first.GetProperty("text").GetString());
        Assert.Equal("stop", first.GetProperty("finishReason").GetString());
        Assert.Equal(12, first.GetProperty("promptTokens").GetInt32());
        Assert.Equal(3, first.GetProperty("completionTokens").GetInt32());
        Assert.Equal("Again", second.GetProperty("text").GetString());
        Assert.Equal(conversation, second.GetProperty("conversationId").GetString());
        Assert.Equal(conversation, Server.Requests[^1].Json.GetProperty("conversation_id").GetString());
    }

    [FactRequiresNode]
    public async Task An_independent_client_understands_the_fakes_failures()
    {
        Server.Enqueue(ModelScript.Begin().Pieces("half").Error("completion_request_error"), ModelScript.Refuse(400));

        var inStream = await DifyClientCheck.Ask(Server.Endpoint, "Hello");
        var refused = await DifyClientCheck.Ask(Server.Endpoint, "Hello");
        var forgotten = await DifyClientCheck.Ask(Server.Endpoint, "Hello", "0f0e0d0c-unknown");

        Assert.Contains(ScriptedModelServer.Secret, inStream.GetProperty("error").GetString());
        Assert.StartsWith("400", refused.GetProperty("error").GetString());
        Assert.StartsWith("404", forgotten.GetProperty("error").GetString());
    }
}
