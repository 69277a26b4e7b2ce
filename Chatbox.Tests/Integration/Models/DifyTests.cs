using Chatbox.Actors.Models;
using Chatbox.Tests.Servers;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Integration.Models;

/// <summary>Tests of Dify's requests, conversations and stop request, and of what only its stream contains.</summary>
public sealed class DifyTests : ModelServerTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task The_first_question_opens_a_conversation_whose_id_comes_with_every_update()
    {
        Server.Enqueue(ModelScript.Answer("a", "b"));
        using var client = Client("dify");

        var answer = await client.Ask();

        var request = await Server.NextRequest();
        Assert.Equal("/v1/chat-messages", request.Path);
        Assert.Equal($"Bearer {Adapters.Key}", request.Headers["Authorization"]);
        Assert.Equal("Hello", request.Json.GetProperty("query").GetString());
        Assert.Equal("streaming", request.Json.GetProperty("response_mode").GetString());
        Assert.Equal("user-1", request.Json.GetProperty("user").GetString());
        Assert.False(request.Json.TryGetProperty("conversation_id", out _));
        var id = Assert.Single(answer.Updates.Select(update => update.ConversationId).Distinct());
        Assert.False(string.IsNullOrEmpty(id));
    }

    [Fact]
    public async Task A_known_conversation_is_sent_only_the_new_question()
    {
        Server.Enqueue(ModelScript.Answer("a"), ModelScript.Answer("b"));
        using var client = Client("dify");
        var conversation = (await client.Ask()).Updates[0].ConversationId;

        var answer = await client.Ask(LaterQuestion, Adapters.Options(conversation: conversation));

        Assert.Equal("b", answer.Text);
        Assert.Equal(conversation, answer.Updates[0].ConversationId);
        Assert.Equal("And now?", Server.Requests[^1].Json.GetProperty("query").GetString());
        Assert.Equal(conversation, Server.Requests[^1].Json.GetProperty("conversation_id").GetString());
    }

    [Fact]
    public async Task An_unknown_conversation_is_told_what_was_said_before()
    {
        Server.Enqueue(ModelScript.Answer("a"));
        using var client = Client("dify");

        await client.Ask(LaterQuestion);

        Assert.Equal(
            "Earlier in this conversation:\nUser: Hello\nAssistant: Hi\n\nNow, with that in mind:\nAnd now?",
            Server.Requests[^1].Json.GetProperty("query").GetString()
        );
    }

    [Fact]
    public async Task A_conversation_the_server_has_forgotten_is_opened_anew_with_all_that_was_said()
    {
        Server.Enqueue(ModelScript.Answer("a"), ModelScript.Answer("b"));
        using var client = Client("dify");
        var forgotten = (await client.Ask()).Updates[0].ConversationId;
        Server.ForgetConversations();

        var answer = await client.Ask(LaterQuestion, Adapters.Options(conversation: forgotten));

        Assert.Equal("b", answer.Text);
        Assert.NotEqual(forgotten, answer.Updates[0].ConversationId);
        Assert.Equal(3, Server.Requests.Count);
        Assert.Contains("Assistant: Hi", Server.Requests[^1].Json.GetProperty("query").GetString());
    }

    [Fact]
    public async Task A_second_404_is_a_refusal()
    {
        Server.Enqueue(ModelScript.Refuse(404));
        using var client = Client("dify");

        var answer = await client.Ask(LaterQuestion, Adapters.Options(conversation: "never-heard-of"));

        Assert.Equal(ModelFailureKind.Rejected, answer.Failure?.Kind);
        Assert.Equal(2, Server.Requests.Count);
    }

    [Fact]
    public async Task An_interrupted_answer_goes_on_in_one_query()
    {
        Server.Enqueue(ModelScript.Answer(" on"));
        using var client = Client("dify");

        await client.Ask(Adapters.Interrupted("It goes"), Adapters.Options(goOn: true));

        var query = Server.Requests[^1].Json.GetProperty("query").GetString();
        Assert.StartsWith("The message to answer was:\nHello\n\nYour answer so far:\nIt goes\n\n", query);
        Assert.Contains("Continue it exactly", query);
    }

    [Fact]
    public async Task A_cancelled_answer_is_stopped_on_the_server()
    {
        Server.Enqueue(ModelScript.Begin().Pieces("first").Hang());
        using var client = Client("dify");
        using var cancel = new CancellationTokenSource();
        await using var updates = client.GetStreamingResponseAsync(Adapters.Hello, Adapters.Options(), cancel.Token).GetAsyncEnumerator();
        Assert.True(await updates.MoveNextAsync());
        await Server.NextRequest();
        var next = updates.MoveNextAsync();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
        var stop = await Server.NextRequest();
        Assert.Equal("/v1/chat-messages/task-1/stop", stop.Path);
        Assert.Equal("user-1", stop.Json.GetProperty("user").GetString());
        Assert.Equal($"Bearer {Adapters.Key}", stop.Headers["Authorization"]);
    }

    [Fact]
    public async Task An_answer_that_came_to_its_end_or_failed_by_itself_is_not_stopped()
    {
        Server.Enqueue(ModelScript.Answer("a"), ModelScript.Begin().Pieces("b").Error(), ModelScript.Refuse(500));
        using var client = Client("dify");

        for (var i = 0; i < 3; i++)
            await client.Ask();

        Assert.DoesNotContain(Server.Requests, request => request.Path.EndsWith("/stop", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stop_call_that_fails_is_logged_and_changes_nothing()
    {
        var log = new RecordedLog();
        Server.OnStop = ModelScript.Refuse(500);
        Server.Enqueue(ModelScript.Begin().Pieces("first").Hang());
        using var client = Adapters.Create("dify", Server.Endpoint, loggers: log);

        await foreach (var _ in client.GetStreamingResponseAsync(Adapters.Hello, Adapters.Options()))
            break;

        var line = Assert.Single(log.Lines);
        Assert.Contains("could not be told to stop", line);
        Assert.DoesNotContain(ScriptedModelServer.Secret, line);
    }

    [Fact]
    public async Task A_stop_call_without_an_answer_is_given_up_after_two_seconds()
    {
        var clock = new FakeTimeProvider();
        var log = new RecordedLog();
        Server.OnStop = ModelScript.Silence();
        Server.Enqueue(ModelScript.Begin().Pieces("first").Hang());
        using var client = Adapters.Create("dify", Server.Endpoint, clock: clock, loggers: log);
        var updates = client.GetStreamingResponseAsync(Adapters.Hello, Adapters.Options()).GetAsyncEnumerator();
        Assert.True(await updates.MoveNextAsync());
        var answer = await Server.NextRequest();
        var leaving = updates.DisposeAsync().AsTask();
        await Server.NextRequest();
        await answer.Disconnected.WaitAsync(Soon);
        Assert.False(leaving.IsCompleted);

        clock.Advance(TimeSpan.FromSeconds(2));

        await leaving.WaitAsync(Soon);
        Assert.Contains("no answer in time", Assert.Single(log.Lines));
    }

    [Fact]
    public async Task A_replaced_answer_says_so_and_ends_as_filtered()
    {
        Server.Enqueue(
            ModelScript.Begin().Pieces("bad", " words").Replace("I cannot say that.").End(),
            ModelScript.Begin().Pieces("bad").Replace("No.").End()
        );
        using var client = Client("dify");

        var answer = await client.Ask();
        var whole = await client.GetResponseAsync(Adapters.Hello, Adapters.Options());

        // Text that came before, in the same read or not, stays what it was.
        Assert.Equal("bad words", string.Concat(answer.Pieces.SkipLast(1)));
        Assert.Equal("I cannot say that.", answer.Pieces[^1]);
        var texts = answer.Updates.Where(update => update.Text.Length > 0).ToList();
        Assert.Equal([texts[^1]], answer.Updates.Where(update => update.AdditionalProperties?.ContainsKey(ModelCall.Replace) == true));
        Assert.Equal(ChatFinishReason.ContentFilter, answer.Finish);
        Assert.Equal("No.", whole.Text);
    }

    [Fact]
    public async Task An_agents_messages_are_text_and_its_thoughts_are_not()
    {
        Server.Enqueue(
            ModelScript
                .Begin()
                .Raw(
                    "data: {\"event\":\"agent_thought\",\"id\":\"t\",\"position\":1,\"thought\":\"hm\",\"answer\":\"not this\",\"task_id\":\"task-9\"}\n\n"
                )
                .Raw("data: {\"event\":\"agent_message\",\"task_id\":\"task-9\",\"conversation_id\":\"c\",\"answer\":\"this\"}\n\n")
                .Raw("data: {\"event\":\"tts_message\",\"audio\":\"qqqq\",\"answer\":\"not this\"}\n\n")
                .End()
        );
        using var client = Client("dify");

        Assert.Equal(["this"], (await client.Ask()).Pieces);
    }

    [Fact]
    public async Task A_call_without_a_user_is_the_callers_mistake()
    {
        using var client = Client("dify");

        await Assert.ThrowsAsync<ArgumentException>(async () => await client.GetResponseAsync(Adapters.Hello));
    }

    private static ChatMessage[] LaterQuestion => [.. Adapters.Hello, new(ChatRole.Assistant, "Hi"), new(ChatRole.User, "And now?")];
}
