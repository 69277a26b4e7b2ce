using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Answers;

/// <summary>One answer runs at a time, and up to three messages wait. Protocol section 5.</summary>
public sealed class QueueTests(ScriptedNode host) : IClassFixture<ScriptedNode>
{
    [Fact]
    public async Task Burst_of_twenty_is_answered_in_order_as_far_as_it_fits_and_refused_clearly_beyond()
    {
        var gate = new TaskCompletionSource();
        host.WhenAsked("question 1", ModelScript.Begin().Wait(gate.Task).Pieces("answer 1").End());
        for (var n = 2; n <= 20; n++)
            host.WhenAsked($"question {n}", ModelScript.Answer($"answer {n}"));
        await using var client = await host.Node.Connect("burst");
        await using var other = await host.Node.Connect("burst");
        await other.Next("connection_status");

        for (var n = 1; n <= 20; n++)
            await client.Say($"question {n}", $"q{n}");
        for (var n = 1; n <= 20; n++)
            await client.Next(f => f.Type() is "ack" or "error");
        var acks = client.Seen.Where(f => f.Type() == "ack").ToList();
        var errors = client.Seen.Where(f => f.Type() == "error").ToList();
        Assert.Equal(["q1", "q2", "q3", "q4"], acks.Select(a => a.Text("id")));
        Assert.Equal(Enumerable.Range(5, 16).Select(n => $"q{n}"), errors.Select(e => e.Text("id")));
        Assert.All(errors, e => Assert.Equal("SERVICE_ERROR", e.ErrorCode()));
        Assert.All(errors, e => Assert.True(e.GetProperty("error").GetProperty("recoverable").GetBoolean()));
        Assert.Equal(acks.Select(a => a.Seq()).Order(), acks.Select(a => a.Seq()));

        gate.SetResult();
        for (var n = 1; n <= 4; n++)
        {
            var done = await client.NextDone();
            Assert.Equal($"answer {n}", client.TextOf(done.Text("message_id")!));
            await other.NextDone();
        }

        // The refused message was not stored, no accepted message was lost, and the queue has room again.
        await client.Say("question 5", "q5");
        await client.Next("ack");
        Assert.Equal("answer 5", client.TextOf((await client.NextDone()).Text("message_id")!));
        await other.NextDone();
        Assert.Equal(
            Enumerable.Range(1, 5).Select(n => $"question {n}"),
            other.Seen.Where(f => f.Type() == "user_message").Select(f => f.Text("content"))
        );
        Assert.Equal(5, client.Seen.Count(f => f.IsDone()));
    }

    [Fact]
    public async Task Answers_never_interleave()
    {
        await using var client = await host.Node.Connect("interleave");
        for (var n = 1; n <= 4; n++)
        {
            host.WhenAsked($"text {n}", ModelScript.Answer([.. Enumerable.Range(0, 50).Select(i => $"{n}.{i} ")]));
            await client.Say($"text {n}", $"t{n}");
        }

        for (var n = 1; n <= 4; n++)
            await client.NextDone();
        var order = client.Seen.Where(f => f.Type() == "ai_response").Select(f => f.Text("message_id")).ToList();
        var blocks = order.Where((id, i) => i == 0 || order[i - 1] != id).ToList();
        Assert.Equal(blocks.Distinct(), blocks);
        for (var n = 1; n <= 4; n++)
            Assert.Equal(string.Concat(Enumerable.Range(0, 50).Select(i => $"{n}.{i} ")), client.TextOf(blocks[n - 1]!));
    }
}
