using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Commands;

/// <summary>The commands of a client, and the frames that confirm them. Protocol section 5.</summary>
public sealed class CommandTests(ScriptedNode host) : IClassFixture<ScriptedNode>
{
    private TestNode Node => host.Node;

    [Fact]
    public async Task Only_a_command_with_an_id_is_acknowledged()
    {
        await using var client = await Node.Connect("nameless");
        await client.SendText("""{"type":"user_message","content":"without an id"}""");
        await client.NextDone();
        Assert.DoesNotContain(client.Seen, f => f.Type() is "ack" or "user_message");

        await client.Say("with an id", "c1");
        var ack = await client.Next("ack");
        var done = await client.NextDone();
        Assert.Equal("c1", ack.Text("id"));
        Assert.Equal("system", ack.Text("sender"));
        Assert.False(string.IsNullOrEmpty(ack.Text("message_id")));
        Assert.True(done.Seq() > ack.Seq());
        Assert.NotEqual(ack.Text("message_id"), done.Text("message_id"));
    }

    [Fact]
    public async Task Same_id_twice_does_the_work_once_and_gets_the_equal_ack()
    {
        var gate = new TaskCompletionSource();
        host.WhenAsked("once, please", ModelScript.Begin().Wait(gate.Task).Pieces("Once.").End());
        await using var client = await Node.Connect("twice");
        await using var other = await Node.Connect("twice");
        await other.Next("connection_status");
        await client.Say("once, please", "same");
        var first = await client.Next("ack");

        // Repeats the id while the answer runs: from this socket, from another one, and with other text.
        await client.Say("once, please", "same");
        Assert.Equal(first.GetRawText(), (await client.Next("ack")).GetRawText());
        await other.Say("something else", "same");
        Assert.Equal(first.GetRawText(), (await other.Next("ack")).GetRawText());

        gate.SetResult();
        await client.NextDone();
        await other.NextDone();
        await client.Say("once, please", "same");
        Assert.Equal(first.GetRawText(), (await client.Next("ack")).GetRawText());

        await client.SendText("""{"type":"stop","id":"end"}""");
        await client.Next(f => f.Text("id") == "end");
        Assert.Single(host.RequestsFor("once, please"));
        Assert.Empty(host.RequestsFor("something else"));
        Assert.Single(client.Seen, f => f.IsDone());
        Assert.Single(other.Seen, f => f.Type() == "user_message");
    }

    [Fact]
    public async Task Answer_streams_in_pieces_and_ends_once_with_the_numbers_of_the_provider()
    {
        var gate = new TaskCompletionSource();
        host.WhenAsked("count", ModelScript.Begin().Pieces("One, ").Wait(gate.Task).Pieces("two, ", "three.").Usage(11, 7).End());
        await using var client = await Node.Connect("counter");
        await client.Say("count", "c1");
        await client.Next("loading");
        var piece = await client.Next("ai_response");
        Assert.Equal("One, ", piece.Text("content"));
        Assert.Equal(0, piece.GetProperty("offset").GetInt32());
        Assert.Equal("one", piece.Text("model_id"));
        Assert.Equal("ai", piece.Text("sender"));
        Assert.Equal("true", piece.Metadata("streaming"));
        Assert.Equal("false", piece.Metadata("done"));
        gate.SetResult();
        var done = await client.NextDone();

        Assert.Equal("One, two, three.", client.TextOf(done.Text("message_id")!));
        Assert.Equal("true", done.Metadata("streaming"));
        Assert.Equal("stop", done.Metadata("finish_reason"));
        Assert.Equal("11", done.Metadata("prompt_tokens"));
        Assert.Equal("7", done.Metadata("completion_tokens"));
        Assert.Equal(["connection_status", "ack", "loading", "ai_response"], client.Seen.Select(f => f.Type()).Distinct());
    }

    [Fact]
    public async Task Message_is_shown_to_every_other_viewer_and_never_echoed()
    {
        await using var sender = await Node.Connect("pair");
        await using var other = await Node.Connect("pair");
        await sender.Next("connection_status");
        await other.Next("connection_status");
        await sender.Say("for the other screen", "e1");
        var ack = await sender.Next("ack");
        await sender.NextDone();
        var shown = await other.Next("user_message");
        await other.NextDone();

        Assert.Equal(ack.Seq(), shown.Seq());
        Assert.Equal(ack.Text("message_id"), shown.Text("message_id"));
        Assert.Equal("for the other screen", shown.Text("content"));
        Assert.DoesNotContain(sender.Seen, f => f.Type() == "user_message");
        Assert.DoesNotContain(other.Seen, f => f.Type() == "ack");
    }

    [Fact]
    public async Task Error_goes_to_its_sender_and_to_nobody_else()
    {
        await using var sender = await Node.Connect("mistaken");
        await using var other = await Node.Connect("mistaken");
        await sender.Next("connection_status");
        await sender.SendText("""{"type":"user_message","id":"e1"}""");
        await sender.SendText("""{"type":"model_select","model_id":"none such","id":"e2"}""");
        await sender.Next("error");
        var unknown = await sender.Next("error");
        Assert.Equal("NOT_FOUND", unknown.ErrorCode());
        Assert.Equal("model_id", unknown.Metadata("field"));
        Assert.Equal("e2", unknown.Text("id"));

        await other.SendText("""{"type":"stop","id":"e3"}""");
        await other.Next("ack");
        Assert.Equal(["connection_status", "ack"], other.Seen.Select(f => f.Type()));
    }

    [Fact]
    public async Task Failed_answer_ends_for_all_and_is_explained_to_the_one_who_asked()
    {
        host.WhenAsked("fail", ModelScript.Refuse(401));
        await using var sender = await Node.Connect("unlucky");
        await using var other = await Node.Connect("unlucky");
        await other.Next("connection_status");
        await sender.Say("fail", "f1");
        var done = await sender.NextDone();
        var error = await sender.Next("error");
        await other.NextDone();
        await other.SendText("""{"type":"stop","id":"f2"}""");
        await other.Next("ack");

        Assert.Equal("error", done.Metadata("finish_reason"));
        Assert.Equal("LLM_UNAVAILABLE", error.ErrorCode());
        Assert.True(error.GetProperty("error").GetProperty("recoverable").GetBoolean());
        Assert.DoesNotContain(other.Seen, f => f.Type() == "error");
        Assert.All(sender.Seen, f => Assert.DoesNotContain(ScriptedModelServer.Secret, f.GetRawText()));
        Assert.All(sender.Seen, f => Assert.DoesNotContain("provider-key", f.GetRawText()));
    }

    [Fact]
    public async Task Selected_model_is_confirmed_to_all_and_answers_from_then_on()
    {
        await using var client = await Node.Connect("chooser");
        await using var other = await Node.Connect("chooser");
        await client.Next("connection_status");
        await other.Next("connection_status");
        await client.SendText("""{"type":"model_select","model_id":"two","id":"m1"}""");
        foreach (var viewer in new[] { client, other })
        {
            var confirmed = await viewer.Next("connection_status");
            Assert.Equal("ai", confirmed.Text("sender"));
            Assert.Equal("two", confirmed.Text("model_id"));
            Assert.Contains("Model two", confirmed.Text("content"));
        }

        Assert.Equal("m1", (await client.Next("ack")).Text("id"));
        await client.Say("who are you now", "m2");
        Assert.Equal("two", (await client.NextDone()).Text("model_id"));
        Assert.Equal("upstream-two", Assert.Single(host.RequestsFor("who are you now")).Json.GetProperty("model").GetString());

        await using var later = await Node.Connect("chooser");
        Assert.Equal("two", (await later.Next("connection_status")).Text("model_id"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stop_reaches_the_provider_from_any_socket_and_keeps_what_was_shown(bool fromAnother)
    {
        var question = $"stop me {fromAnother}";
        var user = $"stopper {fromAnother}";
        host.WhenAsked(question, ModelScript.Begin().Pieces("Half an ", "answer").Hang());
        await using var client = await Node.Connect(user);
        await using var other = await Node.Connect(user);
        await other.Next("connection_status");
        await client.Say(question, "s1");
        await client.Next(f => f.Text("content")?.EndsWith("answer") == true);

        var stopper = fromAnother ? other : client;
        await stopper.SendText("""{"type":"stop","id":"s2"}""");
        var done = await client.NextDone();
        Assert.Equal("s2", (await stopper.Next(f => f.Type() == "ack" && f.Text("id") == "s2" || f.Text("id") == "s2")).Text("id"));
        await Assert.Single(host.RequestsFor(question)).Disconnected.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal("stopped", done.Metadata("finish_reason"));
        Assert.Equal("Half an answer", client.TextOf(done.Text("message_id")!));
        await using var later = await Node.Connect(user, "last_seq=0");
        var kept = await later.NextDone();
        Assert.Equal(done.Seq(), kept.Seq());
        Assert.Equal("Half an answer", later.TextOf(kept.Text("message_id")!));
    }

    [Fact]
    public async Task Stop_that_names_an_answer_which_has_ended_does_not_stop_the_next()
    {
        const string question = "go on without me";
        var gate = new TaskCompletionSource();
        host.WhenAsked(question, ModelScript.Begin().Pieces("Half ").Wait(gate.Task).Pieces("and half").End());
        await using var client = await Node.Connect("late stopper");
        await client.Say("hello", "l1");
        var ended = await client.NextDone();
        await client.Say(question, "l2");
        await client.Next(f => f.Text("content") == "Half ");
        await client.SendText($$"""{"type":"stop","id":"l3","message_id":"{{ended.Text("message_id")}}"}""");
        await client.Next(f => f.Type() == "ack" && f.Text("id") == "l3");
        gate.SetResult();

        Assert.Equal("stop", (await client.NextDone()).Metadata("finish_reason"));
        Assert.Equal("Half and half", client.TextOf(client.Seen[^1].Text("message_id")!));
    }

    [Fact]
    public async Task Stop_of_nothing_is_acknowledged_and_shows_nothing()
    {
        await using var client = await Node.Connect("idle");
        await client.Next("connection_status");
        await client.SendText("""{"type":"stop","id":"s1"}""");
        await client.Next("ack");
        await client.Say("hello", "s2");
        await client.NextDone();
        await client.SendText("""{"type":"stop","id":"s3"}""");
        await client.Next("ack");

        Assert.Single(client.Seen, f => f.IsDone());
    }
}
