using Chatbox.Messages.Frames;

namespace Chatbox.Tests.Contract.People;

/// <summary>An admin who does not hold a session only watches it, and the user is not told. Protocol section 5.</summary>
public sealed class WatcherTests(PeopleNode host) : IClassFixture<PeopleNode>
{
    [Fact]
    public async Task Watcher_sees_everything_and_can_change_nothing_and_the_user_is_not_told()
    {
        await using var user = await host.User("ann");
        var session = await user.Begin("ann begins");
        await using var watcher = await host.Admin("kim", session, "last_seq=0");
        await watcher.NextDone();

        var refused = await watcher.Refused(
            new
            {
                type = "user_message",
                content = "psst",
                id = "w1",
            }
        );
        Assert.Equal(("SERVICE_ERROR", "w1"), (refused.ErrorCode(), refused.Text("id")));
        Assert.True(refused.GetProperty("error").GetProperty("recoverable").GetBoolean());
        await watcher.SendText("""{"type":"typing_indicator","content":"start"}""");
        foreach (var type in new[] { "stop", "regenerate", "help_request", "model_select", "feedback" })
        {
            await watcher.SendText($$"""{"type":"{{type}}","content":"up","model_id":"two"}""");
            var error = await watcher.Next("error");
            Assert.Equal(("SERVICE_ERROR", "type"), (error.ErrorCode(), error.Metadata("field")));
        }

        await user.Say("ann goes on", "q2");
        await user.NextDone();
        await watcher.NextDone();
        Assert.Equal("ann goes on", watcher.Seen.Last(f => f.Type() == "user_message").Text("content"));
        Assert.All(user.Seen, f => Assert.Contains(f.Type(), (string[])["connection_status", "ack", "loading", "ai_response"]));
        Assert.Null(user.Seen[0].Metadata("admin_name"));
    }

    [Fact]
    public async Task Watching_neither_opens_nor_moves_nor_limits_the_owner()
    {
        await using var user = await host.User("bob");
        var session = await user.Begin("bob begins");
        Assert.Equal(200, (await host.Node.Http.Rest("POST", $"/sessions/{session}/end", "bob")).Status);
        await using (await host.Admin("kim", session))
        {
            // The session has ended, and stays so.
            var item = (await host.Node.Http.Rest("GET", "/sessions", "bob")).Json.GetProperty("sessions")[0];
            Assert.False(item.GetProperty("is_active").GetBoolean());
        }

        // The admin's own conversation is another one, and stays as it is.
        await using var own = await TestClient.Connect(host.Node.Address, PeopleNode.AdminToken("kim"));
        await own.Next("connection_status");
        Assert.NotEqual(session, own.Session());
    }

    [Fact]
    public async Task Frame_that_names_another_session_has_no_effect_in_this_one()
    {
        await using var user = await host.User("cat");
        var session = await user.Begin("cat begins");
        await using var admin = await host.Admin("eve", session);
        await admin.Join();

        var error = await admin.Refused(
            new
            {
                type = "user_message",
                content = "for somebody else",
                session_id = new string('b', 32),
                id = "a1",
            }
        );
        Assert.Equal(("NOT_FOUND", "session_id", "a1"), (error.ErrorCode(), error.Metadata("field"), error.Text("id")));
    }

    [Theory]
    [InlineData("""{"type":"admin_join","id":"x"}""")]
    [InlineData("""{"type":"admin_leave","id":"x"}""")]
    [InlineData("""{"type":"admin_transfer","content":"eve","id":"x"}""")]
    [InlineData("""{"type":"admin_decline","id":"x"}""")]
    [InlineData("""{"type":"note","content":"hm","id":"x"}""")]
    public async Task Frames_of_admins_need_the_role(string frame)
    {
        await using var user = await host.User($"user {frame.Length}");
        await user.SendText(frame);
        var error = await user.Next("error");
        Assert.Equal((ErrorCode.InsufficientPermissions, "type", "x"), (error.ErrorCode(), error.Metadata("field"), error.Text("id")));
        Assert.False(error.GetProperty("error").GetProperty("recoverable").GetBoolean());
        await user.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(1008, (int?)user.CloseStatus);
    }

    [Fact]
    public async Task Admin_in_the_admins_own_conversation_is_a_user()
    {
        await using var own = await TestClient.Connect(host.Node.Address, PeopleNode.AdminToken("ola"));
        await own.Next("connection_status");
        await own.Begin("ola begins");
        var error = await own.Refused(new { type = "admin_join", id = "x" });
        Assert.Equal(("SERVICE_ERROR", "type"), (error.ErrorCode(), error.Metadata("field")));
        await own.Begin("ola goes on");
    }

    [Fact]
    public async Task Foreign_session_stays_absent_for_everybody_but_admins()
    {
        await using var user = await host.User("dan");
        var session = await user.Begin("dan begins");
        await using var stranger = await host.User("stranger", $"session_id={session}&last_seq=0");
        Assert.NotEqual(session, stranger.Session());
        await using var lost = await host.Admin("eve", new string('0', 32));
        Assert.NotEqual(new string('0', 32), lost.Session());
    }

    [Fact]
    public async Task Admins_sockets_and_messages_count_against_the_admin()
    {
        await using var user = await host.User("fay");
        var session = await user.Begin("fay begins");
        await using var sockets = new OpenAdmins();
        for (var n = 0; n < 10; n++)
            await sockets.Add(host.Admin("max", session));
        await Assert.ThrowsAsync<System.Net.WebSockets.WebSocketException>(() => host.Admin("max", session));
        await using var phone = await host.User("fay"); // the owner has all of the owner's slots
    }

    private sealed class OpenAdmins : IAsyncDisposable
    {
        private readonly List<TestClient> _open = [];

        public async Task Add(Task<TestClient> opening) => _open.Add(await opening);

        public async ValueTask DisposeAsync()
        {
            foreach (var client in _open)
                await client.DisposeAsync();
        }
    }
}
