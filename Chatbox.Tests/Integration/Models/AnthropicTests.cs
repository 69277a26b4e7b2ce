using Chatbox.Node.Models.Anthropic;
using Chatbox.Tests.Servers;
using Microsoft.Extensions.AI;

namespace Chatbox.Tests.Integration.Models;

/// <summary>Tests of Anthropic's requests, and of what only its stream contains.</summary>
public sealed class AnthropicTests : ModelServerTests
{
    private const string Prefillable = "claude-sonnet-4-5";

    [Fact]
    public async Task System_prompts_go_apart_and_neighbours_of_one_role_together()
    {
        Server.Enqueue(ModelScript.Answer("a"));
        using var client = Client("anthropic");
        ChatMessage[] messages =
        [
            new(ChatRole.System, "Be brief."),
            new(ChatRole.User, "One"),
            new(ChatRole.User, "Two"),
            new(ChatRole.Assistant, "Three"),
            new(ChatRole.Assistant, " "),
            new(ChatRole.System, "Be kind."),
            new(ChatRole.User, "Four 👋"),
        ];

        await client.Ask(messages);

        var request = await Server.NextRequest();
        Assert.Equal("/v1/messages", request.Path);
        Assert.Equal($"Bearer {Adapters.Key}", request.Headers["Authorization"]);
        Assert.Equal("2026-10-21", request.Headers["anthropic-version"]);
        Assert.True(request.Json.GetProperty("stream").GetBoolean());
        Assert.Equal("scripted", request.Json.GetProperty("model").GetString());
        Assert.Equal(512, request.Json.GetProperty("max_tokens").GetInt32());
        Assert.Equal("Be brief.\n\nBe kind.", request.Json.GetProperty("system").GetString());
        Assert.Equal([("user", "One\n\nTwo"), ("assistant", "Three"), ("user", "Four 👋")], OpenAiTests.Messages(request.Json));
    }

    [Fact]
    public async Task A_conversation_cut_to_begin_with_an_answer_still_begins_with_the_user()
    {
        Server.Enqueue(ModelScript.Answer("a"));
        using var client = Client("anthropic");

        await client.Ask([new(ChatRole.Assistant, "Old"), new(ChatRole.User, "New")]);

        Assert.Equal(
            ["user", "assistant", "user"],
            OpenAiTests.Messages((await Server.NextRequest()).Json).Select(message => message.Role)
        );
    }

    [Fact]
    public async Task An_endpoint_may_end_in_a_slash_and_may_want_no_key()
    {
        Server.Enqueue(ModelScript.Answer("a"));
        using var client = Adapters.Create("anthropic", new Uri($"{Server.Endpoint}/"), key: "");

        await client.Ask();

        var request = await Server.NextRequest();
        Assert.Equal("/v1/messages", request.Path);
        Assert.DoesNotContain("x-api-key", request.Headers.Keys);
        Assert.DoesNotContain("Authorization", request.Headers.Keys);
    }

    [Fact]
    public async Task Sampling_options_that_the_api_refuses_are_left_out()
    {
        Server.Enqueue(ModelScript.Answer("a"));
        using var client = Client("anthropic");

        await client.Ask(
            options: new ChatOptions
            {
                Temperature = 0.5f,
                TopP = 0.9f,
                MaxOutputTokens = 99,
                StopSequences = ["END"],
            }
        );

        var sent = (await Server.NextRequest()).Json;
        Assert.False(sent.TryGetProperty("temperature", out _));
        Assert.False(sent.TryGetProperty("top_p", out _));
        Assert.Equal(99, sent.GetProperty("max_tokens").GetInt32());
        Assert.Equal("END", sent.GetProperty("stop_sequences")[0].GetString());
    }

    [Fact]
    public async Task An_older_model_gets_the_unfinished_answer_to_complete()
    {
        Server.Enqueue(ModelScript.Answer(" on"));
        using var client = Adapters.Create("anthropic", Server.Endpoint, Prefillable);

        var answer = await client.Ask(Adapters.Interrupted("It goes"), Adapters.Options(goOn: true));

        Assert.Equal(" on", answer.Text);
        Assert.Equal([("user", "Hello"), ("assistant", "It goes")], OpenAiTests.Messages((await Server.NextRequest()).Json));
    }

    [Theory]
    [InlineData("It goes \n", " ", "\nand", "and")]
    [InlineData("It goes \n", " \n\n", "and", "\nand")]
    [InlineData("It goes ", "and", " on", "and on")]
    [InlineData("It goes  ", " on", " and on", "on and on")]
    public async Task White_space_that_could_not_be_sent_does_not_come_twice(string prefix, string first, string second, string expected)
    {
        Server.Enqueue(ModelScript.Answer(first, second));
        using var client = Adapters.Create("anthropic", Server.Endpoint, Prefillable);

        var answer = await client.Ask(Adapters.Interrupted(prefix), Adapters.Options(goOn: true));

        Assert.Equal(expected, answer.Text);
        Assert.Equal(("assistant", "It goes"), OpenAiTests.Messages((await Server.NextRequest()).Json)[^1]);
    }

    [Fact]
    public async Task A_newer_or_unknown_model_is_asked_to_go_on()
    {
        Server.Enqueue(ModelScript.Answer(" on"));
        using var client = Adapters.Create("anthropic", Server.Endpoint, "claude-opus-4-6");

        await client.Ask(Adapters.Interrupted("It goes "), Adapters.Options(goOn: true));

        var sent = OpenAiTests.Messages((await Server.NextRequest()).Json);
        Assert.Equal(["user", "assistant", "user"], sent.Select(message => message.Role));
        Assert.Contains("Continue it exactly", sent[2].Content);
    }

    [Theory]
    [InlineData("claude-3-5-haiku-20241022", true)]
    [InlineData("claude-opus-4-20250514", true)]
    [InlineData("claude-opus-4-1", true)]
    [InlineData("claude-opus-4-5-20251101", true)]
    [InlineData("claude-sonnet-4-0", true)]
    [InlineData("claude-haiku-4-5", true)]
    [InlineData("claude-opus-4-6", false)]
    [InlineData("claude-sonnet-4-6-20260101", false)]
    [InlineData("claude-opus-4-10", false)]
    [InlineData("claude-opus-5", false)]
    [InlineData("somebody-elses", false)]
    public void Only_models_known_to_take_it_are_prefilled(string model, bool takes) =>
        Assert.Equal(takes, AnthropicChatClient.TakesPrefill(model));

    [Fact]
    public async Task Thinking_stays_out_of_the_answer_and_cached_tokens_count_as_prompt()
    {
        Server.Enqueue(
            ModelScript
                .Begin()
                .Raw(
                    "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":5,\"cache_read_input_tokens\":100,\"cache_creation_input_tokens\":20,\"output_tokens\":1}}}\n\n"
                )
                .Raw(
                    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}}\n\n"
                )
                .Raw(
                    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"signature_delta\",\"signature\":\"x\"}}\n\n"
                )
                .Raw(
                    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"text_delta\",\"text\":\"yes\"}}\n\n"
                )
                .Raw(
                    "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":9}}\n\n"
                )
                .Raw("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")
        );
        using var client = Client("anthropic");

        var answer = await client.Ask();

        Assert.Equal(["yes"], answer.Pieces);
        Assert.Equal(125, answer.Usage?.InputTokenCount);
        Assert.Equal(9, answer.Usage?.OutputTokenCount);
    }
}
