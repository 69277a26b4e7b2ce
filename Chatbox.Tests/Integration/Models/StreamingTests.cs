using Chatbox.Tests.Servers;
using Microsoft.Extensions.AI;

namespace Chatbox.Tests.Integration.Models;

/// <summary>Tests of every client with an answer that ends normally.</summary>
public sealed class StreamingTests : ModelServerTests
{
    private static readonly string[] Pieces =
    [
        "Grüße",
        ", 世界! ",
        "👩‍👩‍👧‍👦 \"quoted\" \\ and\n\n",
        "```\r\ncode\t```",
        " ",
        "\u0000\u001f",
        "</end>",
        "𝔘𝔫𝔦",
    ];

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Every_piece_arrives_to_the_letter(string type)
    {
        Server.Enqueue(ModelScript.Answer(Pieces));
        using var client = Client(type);

        var answer = await client.Ask();

        Assert.Null(answer.Failure);
        Assert.Equal(string.Concat(Pieces), answer.Text);
        Assert.Equal(ChatFinishReason.Stop, answer.Finish);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Characters_and_lines_may_break_anywhere_between_packets(string type)
    {
        Server.Enqueue(ModelScript.Answer(Pieces).InChunksOf(1), ModelScript.Answer(Pieces).InChunksOf(3).CrLf());
        using var client = Client(type);

        var byteByByte = await client.Ask();
        var threeByThree = await client.Ask();

        Assert.Equal(string.Concat(Pieces), byteByByte.Text);
        Assert.Equal(string.Concat(Pieces), threeByThree.Text);
        Assert.Equal(ChatFinishReason.Stop, threeByThree.Finish);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task A_piece_arrives_before_the_next_one_is_written(string type)
    {
        var gate = new TaskCompletionSource();
        Server.Enqueue(ModelScript.Begin().Pieces("first").Wait(gate.Task).Pieces(" second").End());
        using var client = Client(type);
        await using var updates = client.GetStreamingResponseAsync(Adapters.Hello, Adapters.Options()).GetAsyncEnumerator();

        Assert.True(await updates.MoveNextAsync());
        Assert.Equal("first", updates.Current.Text);
        gate.SetResult();
        Assert.True(await updates.MoveNextAsync());
        Assert.Equal(" second", updates.Current.Text);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Usage_is_the_providers_and_is_left_out_when_it_gave_none(string type)
    {
        Server.Enqueue(ModelScript.Begin().Pieces("a").Usage(1234, 56).End(), ModelScript.Begin().Pieces("a").End());
        using var client = Client(type);

        var counted = await client.Ask();
        var uncounted = await client.Ask();

        Assert.Equal(1234, counted.Usage?.InputTokenCount);
        Assert.Equal(56, counted.Usage?.OutputTokenCount);
        Assert.Equal(1290, counted.Usage?.TotalTokenCount);
        Assert.Null(uncounted.Usage);
    }

    [Theory]
    [InlineData("openai", "length", "length")]
    [InlineData("openai", "content_filter", "content_filter")]
    [InlineData("openai", "tool_calls", "tool_calls")]
    [InlineData("openai", "unheard_of", "unheard_of")]
    [InlineData("anthropic", "length", "length")]
    [InlineData("anthropic", "content_filter", "content_filter")]
    [InlineData("anthropic", "stop_sequence", "stop")]
    [InlineData("anthropic", "model_context_window_exceeded", "length")]
    public async Task Finish_reasons_have_one_name_for_all_providers(string type, string theirs, string ours)
    {
        Server.Enqueue(ModelScript.Begin().Pieces("a").End(theirs));
        using var client = Client(type);

        Assert.Equal(ours, (await client.Ask()).Finish?.Value);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Comments_blank_lines_unknown_events_and_empty_pieces_are_passed_by(string type)
    {
        Server.Enqueue(
            ModelScript
                .Begin()
                .Raw(": keep-alive\n\n\n: another\r\nretry: 100\nid: 7\n\n")
                .Raw("event: ping\n\n")
                .Raw(
                    "data: {\"event\":\"node_started\",\"type\":\"unknown\",\"object\":\"unknown\",\"nested\":[{\"answer\":[1,2]},null,true]}\n\n"
                )
                .Pieces("a", "", "b")
                .End()
        );
        using var client = Client(type);

        Assert.Equal("ab", (await client.Ask()).Text);
    }

    [Theory]
    [InlineData("openai", "{\"choices\":[{\"index\":0,", "\"delta\":{\"content\":\"split\"}}]}")]
    [InlineData("anthropic", "{\"type\":\"content_block_delta\",", "\"delta\":{\"type\":\"text_delta\",\"text\":\"split\"}}")]
    [InlineData("dify", "{\"event\":\"message\",", "\"answer\":\"split\"}")]
    public async Task Data_over_several_lines_is_one_event(string type, string first, string second)
    {
        Server.Enqueue(ModelScript.Begin().Raw($"data: {first}\ndata:{second}\n\n").Pieces("!").End());
        using var client = Client(type);

        Assert.Equal("split!", (await client.Ask()).Text);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task A_whole_response_is_the_stream_put_together(string type)
    {
        Server.Enqueue(ModelScript.Answer("Hello", ", world"));
        using var client = Client(type);

        var response = await client.GetResponseAsync(Adapters.Hello, Adapters.Options());

        Assert.Equal("Hello, world", response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.Equal(9, response.Usage?.TotalTokenCount);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task A_finished_answers_connection_is_used_again(string type)
    {
        Server.Enqueue(ModelScript.Answer("a"), ModelScript.Answer("b"), ModelScript.Answer("c"));
        using var client = Client(type);

        for (var i = 0; i < 3; i++)
            await client.Ask();

        Assert.Single(Server.Requests.Select(request => request.Connection).Distinct());
    }
}
