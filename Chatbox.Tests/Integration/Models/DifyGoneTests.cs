using Chatbox.Actors.Models;
using Chatbox.Tests.Servers;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Integration.Models;

/// <summary>Tests that a conversation that Dify has lost is opened again, with the whole conversation so far.</summary>
public sealed class DifyGoneTests : ModelServerTests
{
    private static ChatMessage[] LaterQuestion => [.. Adapters.Hello, new(ChatRole.Assistant, "Hi"), new(ChatRole.User, "And now?")];

    public static TheoryData<int, string> Refusals =>
        new()
        {
            { 404, """{"code":"not_found","message":"Conversation Not Exists.","status":404}""" },
            { 404, "<html>404</html>" },
            { 410, "" },
            { 400, """{"code":"invalid_param","message":"Conversation Not Exists.","status":400}""" },
            {
                400,
                """{"code":"conversation_completed","message":"Conversation has ended. Please start a new conversation.","status":400}"""
            },
            { 400, """{"code":"invalid_param","message":"conversation_id must be a valid uuid","status":400}""" },
            { 422, """{"message":"Invalid conversation"}""" },
            { 400, """{"code":"bad_request","message":"会话不存在"}""" },
            { 500, """{"code":"internal_server_error","message":"Conversation not found"}""" },
        };

    public static TheoryData<string> Events =>
        new(
            """{"event":"error","status":404,"code":"not_found","message":"Conversation Not Exists."}""",
            """{"event":"error","status":400,"code":"invalid_param","message":"Conversation does not exist"}""",
            """{"event":"error","status":400,"code":"conversation_completed","message":"over"}""",
            """{"event":"error","code":"conversation_not_exists","message":"gone","status":500}""",
            """{"event":"error","status":400,"code":"completion_request_error","message":"maximum context length is 8192 tokens"}""",
            """{"event":"error","status":404}"""
        );

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Refusal_in_any_form_opens_it_anew(int status, string body) =>
        await IsOpenedAnew(ModelScript.RefuseWith(status, body));

    [Theory]
    [MemberData(nameof(Events))]
    public async Task Error_inside_the_stream_opens_it_anew_also_after_pings(string data)
    {
        await IsOpenedAnew(ModelScript.Begin().Raw($"data: {data}\n\n"));
        await IsOpenedAnew(ModelScript.Begin().Raw("event: ping\n\nevent: ping\n\n: hm\n\n").Raw($"data: {data}\n\n"));
    }

    [Fact]
    public async Task Nothing_but_pings_for_long_opens_it_anew()
    {
        var clock = new FakeTimeProvider();
        using var client = Adapters.Create("dify", Server.Endpoint, clock: clock);
        var conversation = await Conversation(client);
        Server.Enqueue(
            ModelScript.Begin().Raw("event: ping\n\n").Raw("data: {\"event\":\"ping\"}\n\n").Hang(),
            ModelScript.Answer("Fresh")
        );
        var heard = new TaskCompletionSource();
        var signs = new StreamSigns();
        signs.OnHeard(() => heard.TrySetResult());
        var options = Adapters.Options(conversation: conversation);
        options.AdditionalProperties![ModelCall.Signs] = signs;

        var asking = client.Ask(LaterQuestion, options);
        await heard.Task.WaitAsync(TimeSpan.FromSeconds(10));
        clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal("Fresh", (await asking).Text);
        Assert.Contains("Assistant: Hi", Server.Requests[^1].Json.GetProperty("query").GetString());
    }

    [Fact]
    public async Task Conversation_that_answers_slowly_is_not_taken_for_gone()
    {
        var clock = new FakeTimeProvider();
        var gate = new TaskCompletionSource();
        using var client = Adapters.Create("dify", Server.Endpoint, clock: clock);
        var conversation = await Conversation(client);
        Server.Enqueue(
            ModelScript.Begin().Raw("data: {\"event\":\"workflow_started\"}\n\n").Pieces("S").Wait(gate.Task).Pieces("low").End()
        );
        await using var updates = client
            .GetStreamingResponseAsync(LaterQuestion, Adapters.Options(conversation: conversation))
            .GetAsyncEnumerator();
        Assert.True(await updates.MoveNextAsync());

        clock.Advance(TimeSpan.FromMinutes(10));
        gate.SetResult();

        Assert.True(await updates.MoveNextAsync());
        Assert.Equal("low", updates.Current.Text);
        Assert.Equal(2, Server.Requests.Count);
    }

    [Fact]
    public async Task After_text_has_come_nothing_is_asked_again()
    {
        using var client = Client("dify");
        var conversation = await Conversation(client);
        Server.Enqueue(
            ModelScript
                .Begin()
                .Pieces("half")
                .Raw("data: {\"event\":\"error\",\"status\":404,\"message\":\"Conversation Not Exists.\"}\n\n")
        );

        var answer = await client.Ask(LaterQuestion, Adapters.Options(conversation: conversation));

        Assert.Equal("half", answer.Text);
        Assert.NotNull(answer.Failure);
        Assert.Equal(2, Server.Requests.Count);
    }

    [Fact]
    public async Task It_is_opened_anew_once()
    {
        using var client = Client("dify");
        var conversation = await Conversation(client);
        const string Gone = """{"code":"not_found","message":"Conversation Not Exists.","status":404}""";
        Server.Enqueue(ModelScript.RefuseWith(404, Gone), ModelScript.RefuseWith(404, Gone));

        var answer = await client.Ask(LaterQuestion, Adapters.Options(conversation: conversation));

        Assert.Equal(ModelFailureKind.Rejected, answer.Failure?.Kind);
        Assert.Equal(3, Server.Requests.Count);
    }

    private async Task IsOpenedAnew(ModelScript gone)
    {
        using var client = Client("dify");
        var conversation = await Conversation(client);
        var before = Server.Requests.Count;
        Server.Enqueue(gone, ModelScript.Answer("Fresh"));

        var answer = await client.Ask(LaterQuestion, Adapters.Options(conversation: conversation));

        Assert.Equal("Fresh", answer.Text);
        Assert.Equal(2, Server.Requests.Count - before);
        Assert.NotEqual(conversation, answer.Updates[^1].ConversationId);
        var asked = Server.Requests[^1].Json;
        Assert.False(asked.TryGetProperty("conversation_id", out _));
        Assert.Contains("User: Hello\nAssistant: Hi", asked.GetProperty("query").GetString());
    }

    private async Task<string?> Conversation(IChatClient client)
    {
        Server.Enqueue(ModelScript.Answer("Hi"));
        return (await client.Ask()).Updates[0].ConversationId;
    }
}
