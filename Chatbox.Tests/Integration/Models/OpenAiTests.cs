using System.Text.Json;
using Chatbox.Tests.Servers;
using Microsoft.Extensions.AI;

namespace Chatbox.Tests.Integration.Models;

/// <summary>Tests of OpenAI's requests.</summary>
public sealed class OpenAiTests : ModelServerTests
{
    [Fact]
    public async Task The_whole_conversation_is_sent_in_its_roles()
    {
        Server.Enqueue(ModelScript.Answer("a"));
        using var client = Client("openai");
        ChatMessage[] messages = [.. Adapters.Hello, new(ChatRole.Assistant, "Hi \"you\""), new(ChatRole.User, "Что нового? 👋")];

        await client.Ask(messages);

        var request = await Server.NextRequest();
        Assert.Equal("/v1/chat/completions", request.Path);
        Assert.Equal($"Bearer {Adapters.Key}", request.Headers["Authorization"]);
        Assert.Equal("application/json", request.Headers["Content-Type"]);
        Assert.Equal("scripted", request.Json.GetProperty("model").GetString());
        Assert.True(request.Json.GetProperty("stream").GetBoolean());
        Assert.True(request.Json.GetProperty("stream_options").GetProperty("include_usage").GetBoolean());
        Assert.Equal(512, request.Json.GetProperty("max_tokens").GetInt32());
        Assert.Equal(
            ["system: Be brief.", "user: Hello", "assistant: Hi \"you\"", "user: Что нового? 👋"],
            Messages(request.Json).Select(message => $"{message.Role}: {message.Content}")
        );
    }

    [Fact]
    public async Task The_calls_own_options_are_sent()
    {
        Server.Enqueue(ModelScript.Answer("a"));
        using var client = Client("openai");

        await client.Ask(
            options: new ChatOptions
            {
                Temperature = 0.5f,
                TopP = 0.25f,
                MaxOutputTokens = 99,
                StopSequences = ["END"],
            }
        );

        var sent = (await Server.NextRequest()).Json;
        Assert.Equal(0.5, sent.GetProperty("temperature").GetDouble());
        Assert.Equal(0.25, sent.GetProperty("top_p").GetDouble());
        Assert.Equal(99, sent.GetProperty("max_tokens").GetInt32());
        Assert.Equal("END", sent.GetProperty("stop")[0].GetString());
    }

    [Fact]
    public async Task An_endpoint_may_end_in_a_slash_and_may_want_no_key()
    {
        Server.Enqueue(ModelScript.Answer("a"));
        using var client = Adapters.Create("openai", new Uri($"{Server.Endpoint}/"), key: "");

        await client.Ask();

        var request = await Server.NextRequest();
        Assert.Equal("/v1/chat/completions", request.Path);
        Assert.DoesNotContain("Authorization", request.Headers.Keys);
    }

    [Fact]
    public async Task An_interrupted_answer_goes_on_by_instruction()
    {
        Server.Enqueue(ModelScript.Answer(" on"));
        using var client = Client("openai");

        var answer = await client.Ask(Adapters.Interrupted("It goes"), Adapters.Options(goOn: true));

        Assert.Equal(" on", answer.Text);
        var sent = Messages((await Server.NextRequest()).Json);
        Assert.Equal(["system", "user", "assistant", "user"], sent.Select(message => message.Role));
        Assert.Equal("It goes", sent[2].Content);
        Assert.Contains("Continue it exactly", sent[3].Content);
    }

    [Fact]
    public async Task With_nothing_written_yet_there_is_nothing_to_continue()
    {
        Server.Enqueue(ModelScript.Answer("a"));
        using var client = Client("openai");

        await client.Ask(Adapters.Interrupted(""), Adapters.Options(goOn: true));

        Assert.Equal(["system", "user"], Messages((await Server.NextRequest()).Json).Select(message => message.Role));
    }

    [Fact]
    public async Task An_answer_of_the_assistant_without_the_flag_is_not_taken_for_an_unfinished_one()
    {
        Server.Enqueue(ModelScript.Answer("a"));
        using var client = Client("openai");

        await client.Ask(Adapters.Interrupted("whole"), Adapters.Options());

        Assert.Equal(["system", "user", "assistant"], Messages((await Server.NextRequest()).Json).Select(message => message.Role));
    }

    internal static List<(string Role, string Content)> Messages(JsonElement request) =>
        [
            .. request
                .GetProperty("messages")
                .EnumerateArray()
                .Select(message => (message.GetProperty("role").GetString()!, message.GetProperty("content").GetString()!)),
        ];
}
