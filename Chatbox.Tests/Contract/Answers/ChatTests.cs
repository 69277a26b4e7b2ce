namespace Chatbox.Tests.Contract.Answers;

/// <summary>The main use: a person talks with a model.</summary>
public sealed class ChatTests
{
    [Fact]
    public async Task Message_is_acknowledged_and_its_answer_streams_and_ends_once()
    {
        await using var node = await TestNode.Start();
        await using var client = await node.Connect("alice");
        var status = await client.Next("connection_status");
        Assert.Single(client.Seen);
        Assert.Equal("alice", status.Text("user_id"));
        Assert.Equal("demo", status.Text("model_id"));

        await client.Say("Hello", "c1");
        var ack = await client.Next("ack");
        Assert.Equal("c1", ack.Text("id"));
        await client.Next("loading");
        var done = await client.NextDone();

        Assert.Equal("stop", done.Metadata("finish_reason"));
        Assert.True(done.Seq() > ack.Seq());
        Assert.Contains("demo", client.TextOf(done.Text("message_id")!));
        Assert.All(client.Seen, f => Assert.Equal(status.Text("session_id"), f.Text("session_id")));
    }
}
