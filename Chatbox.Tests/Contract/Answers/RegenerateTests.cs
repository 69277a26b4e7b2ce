using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Answers;

/// <summary>The command <c>regenerate</c> answers the last message again. Protocol section 5.</summary>
public sealed class RegenerateTests(ScriptedNode host) : IClassFixture<ScriptedNode>
{
    [Fact]
    public async Task Last_message_is_answered_again_by_the_current_model_and_the_earlier_answer_stays_superseded()
    {
        const string question = "tell me again";
        host.WhenAsked(question, ModelScript.Answer("First."));
        await using var client = await host.Node.Connect("again");
        await using var other = await host.Node.Connect("again");
        await client.Say(question, "q");
        var first = await client.NextDone();
        await other.NextDone();
        await client.SendText("""{"type":"model_select","model_id":"two"}""");

        host.WhenAsked(question, ModelScript.Answer("Second."));
        await client.SendText("""{"type":"regenerate","id":"r"}""");
        var ack = await client.Next(f => f.Type() == "ack" && f.Text("id") == "r");
        var second = await client.NextDone();
        Assert.Equal(second.Text("message_id"), ack.Text("message_id"));
        Assert.Equal("two", second.Text("model_id"));
        Assert.NotEqual(first.Text("message_id"), second.Text("message_id"));
        Assert.Equal("Second.", client.TextOf(second.Text("message_id")!));
        var seenByOther = await other.NextDone();
        Assert.Equal(second.Text("message_id"), seenByOther.Text("message_id"));
        Assert.Equal(first.Text("message_id"), seenByOther.Metadata("supersedes"));

        // A repetition of the id gets the same ack and starts no third answer.
        await client.SendText("""{"type":"regenerate","id":"r"}""");
        Assert.Equal(ack.GetRawText(), (await client.Next("ack")).GetRawText());
        Assert.Equal(2, host.RequestsFor(question).Count);

        await client.Say("what next?", "n");
        await client.NextDone();
        var prompt = host.RequestsFor("what next?").Single().Json.GetProperty("messages").EnumerateArray().ToList();
        Assert.Equal([question, "Second.", "what next?"], prompt.Where(m => m.Text("role") != "system").Select(m => m.Text("content")));

        await using var late = await host.Node.Connect("again", $"session_id={first.Text("session_id")}&last_seq=0");
        var (one, two) = (await late.NextDone(), await late.NextDone());
        Assert.Equal((first.Seq(), "true"), (one.Seq(), one.Metadata("superseded")));
        Assert.Equal((second.Seq(), null), (two.Seq(), two.Metadata("superseded")));
        Assert.Equal((null, first.Text("message_id")), (one.Metadata("supersedes"), two.Metadata("supersedes")));
        Assert.Equal("First.", late.TextOf(one.Text("message_id")!));
    }

    [Fact]
    public async Task Nothing_is_answered_again_before_a_message_or_while_an_answer_runs()
    {
        const string question = "wait for me";
        var gate = new TaskCompletionSource();
        host.WhenAsked(question, ModelScript.Begin().Wait(gate.Task).Pieces("Done.").End());
        await using var client = await host.Node.Connect("too early");
        await client.SendText("""{"type":"regenerate","id":"r1"}""");
        var nothing = await client.Next("error");
        Assert.Equal(("NOT_FOUND", "r1"), (nothing.ErrorCode(), nothing.Text("id")));

        await client.Say(question, "q");
        await client.Next("ack");
        await client.SendText("""{"type":"regenerate","id":"r2"}""");
        var running = await client.Next("error");
        Assert.Equal(("SERVICE_ERROR", "r2"), (running.ErrorCode(), running.Text("id")));

        gate.SetResult();
        await client.NextDone();
        host.WhenAsked(question, ModelScript.Answer("Again."));
        await client.SendText("""{"type":"regenerate","id":"r2"}""");
        Assert.Equal("Again.", client.TextOf((await client.NextDone()).Text("message_id")!));
    }
}
