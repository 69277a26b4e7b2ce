namespace Chatbox.Tests.Contract.Commands;

/// <summary>Typing indicators. Protocol section 5.</summary>
public sealed class TypingTests(ScriptedNode host) : IClassFixture<ScriptedNode>
{
    [Fact]
    public async Task Typing_is_shown_to_the_others_only()
    {
        await using var sockets = new OpenClients();
        var typist = await sockets.Add(host.Node, "typist");
        TestClient[] others = [await sockets.Add(host.Node, "typist"), await sockets.Add(host.Node, "typist")];
        var stranger = await sockets.Add(host.Node, "stranger");

        await typist.SendText("""{"type":"typing_indicator","content":"start"}""");
        foreach (var other in others)
        {
            var shown = await other.Next("typing_indicator");
            Assert.Equal("start", shown.Text("content"));
            Assert.Equal("user", shown.Text("sender"));
        }

        await typist.SendText("""{"type":"typing_indicator","content":"stop"}""");
        foreach (var other in others)
            Assert.Equal("stop", (await other.Next("typing_indicator")).Text("content"));

        foreach (var quiet in new[] { typist, stranger })
        {
            await quiet.SendText("""{"type":"stop","id":"end"}""");
            await quiet.Next("ack");
            Assert.Equal(["connection_status", "ack"], quiet.Seen.Select(f => f.Type()));
        }
    }

    [Fact]
    public async Task Typing_ends_by_itself()
    {
        await using var sockets = new OpenClients();
        var typist = await sockets.Add(host.Node, "absent-minded");
        var other = await sockets.Add(host.Node, "absent-minded");
        await typist.SendText("""{"type":"typing_indicator","content":"start"}""");

        Assert.Equal("start", (await other.Next("typing_indicator")).Text("content"));
        Assert.Equal("stop", (await other.Next("typing_indicator")).Text("content"));
    }

    [Fact]
    public async Task Typing_ends_with_its_socket()
    {
        await using var sockets = new OpenClients();
        var typist = await sockets.Add(host.Node, "gone");
        var other = await sockets.Add(host.Node, "gone");
        await typist.SendText("""{"type":"typing_indicator","content":"start"}""");
        Assert.Equal("start", (await other.Next("typing_indicator")).Text("content"));
        typist.Abort();

        Assert.Equal("stop", (await other.Next("typing_indicator")).Text("content"));
    }
}
