using System.Text.RegularExpressions;

namespace Chatbox.Tests.Contract.Sessions;

/// <summary>Which session a socket is bound to. Protocol section 3, "Binding".</summary>
public sealed partial class BindingTests(ScriptedNode host) : IClassFixture<ScriptedNode>
{
    private TestNode Node => host.Node;

    [Fact]
    public async Task First_frame_tells_the_whole_binding()
    {
        await using var client = await Node.Connect("first");
        await client.SendText("""{"type":"ping"}""");
        await client.Next("pong");

        var status = client.Seen[0];
        Assert.Equal("connection_status", status.Type());
        Assert.Equal("system", status.Text("sender"));
        Assert.Equal("first", status.Text("user_id"));
        Assert.Equal("one", status.Text("model_id"));
        Assert.Equal(0, status.Seq());
        Assert.Matches(SessionIdShape(), status.Text("session_id"));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", status.Text("timestamp"));
        Assert.Equal("""[{"id":"one","name":"Model one"},{"id":"two","name":"Model two"}]""", status.GetProperty("models").GetRawText());
    }

    [Fact]
    public async Task Fresh_id_is_the_same_for_all_sockets_and_becomes_the_session()
    {
        await using var one = await Node.Connect("fresh");
        await using var two = await Node.Connect("fresh");
        var id = (await one.Next("connection_status")).Text("session_id");
        Assert.Equal(id, (await two.Next("connection_status")).Text("session_id"));

        await one.Say("becomes the session", "f1");
        Assert.Equal(id, (await one.NextDone()).Text("session_id"));
        Assert.Equal(id, (await two.NextDone()).Text("session_id"));

        await using var three = await Node.Connect("fresh");
        Assert.Equal(id, (await three.Next("connection_status")).Text("session_id"));
    }

    [Fact]
    public async Task Named_session_of_the_user_is_bound()
    {
        var id = await SessionOf("named");
        await using var client = await Node.Connect("named", $"session_id={id}");

        Assert.Equal(id, (await client.Next("connection_status")).Text("session_id"));
    }

    [Theory]
    [InlineData("00000000000000000000000000000000")] // nobody's
    [InlineData("FOREIGN")]
    [InlineData("not-an-id")]
    [InlineData("%3Cscript%3E")]
    [InlineData("..%2F..%2Fetc")]
    public async Task Id_that_is_foreign_malformed_or_unknown_counts_as_absent_and_is_never_echoed(string named)
    {
        var foreign = await SessionOf("owner");
        var user = $"intruder {named.Length}";
        var asked = named == "FOREIGN" ? foreign : named;

        await using (var before = await Node.Connect(user, $"session_id={asked}&last_seq=0&partial=x:3"))
        {
            var status = await before.Next("connection_status");
            Assert.Matches(SessionIdShape(), status.Text("session_id"));
            await before.Say("mine", "b1");
            await before.NextDone();
            Assert.All(before.Seen, f => Assert.DoesNotContain(Uri.UnescapeDataString(asked), f.GetRawText()));
            Assert.All(before.Seen, f => Assert.Equal(status.Text("session_id"), f.Text("session_id")));
        }

        // The user now has a session, and an unusable id leads to this session.
        var own = await SessionOf(user);
        await using var after = await Node.Connect(user, $"session_id={asked}");
        Assert.Equal(own, (await after.Next("connection_status")).Text("session_id"));
    }

    [Fact]
    public async Task Session_named_in_a_frame_leads_nowhere_else()
    {
        var foreign = await SessionOf("victim");
        await using var client = await Node.Connect("liar");
        var own = (await client.Next("connection_status")).Text("session_id");
        await client.Send(
            new
            {
                type = "user_message",
                content = "into another's session?",
                session_id = foreign,
                id = "l1",
            }
        );
        await client.NextDone();

        Assert.All(client.Seen, f => Assert.Equal(own, f.Text("session_id")));
        await using var victim = await Node.Connect("victim", "last_seq=0");
        await victim.NextDone();
        Assert.DoesNotContain(victim.Seen, f => f.GetRawText().Contains("another's"));
    }

    [Fact]
    public async Task Closing_one_socket_never_affects_another()
    {
        await using var stays = await Node.Connect("stays");
        await stays.Next("connection_status");
        await using (var goes = await Node.Connect("stays"))
        {
            await goes.Next("connection_status");
            await goes.Close();
        }

        await stays.Say("still here?", "s1");
        Assert.Equal("stop", (await stays.NextDone()).Metadata("finish_reason"));
    }

    /// <summary>The user's session, created if there is none.</summary>
    private async Task<string> SessionOf(string user)
    {
        await using var client = await Node.Connect(user);
        await client.Next("connection_status");
        await client.Say("begin", "begin");
        return (await client.Next("ack")).Text("session_id")!;
    }

    [GeneratedRegex("^[0-9a-f]{32}$")]
    private static partial Regex SessionIdShape();
}
