using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.People;

/// <summary>An admin takes a session over, speaks in it, and gives it back. Protocol sections 5 and 6.</summary>
public sealed class TakeoverBySocketTests(PeopleNode host) : IClassFixture<PeopleNode>
{
    private static readonly string[] BodyFields = ["success", "message", "session_id", "admin_id"];

    [Fact]
    public async Task Admin_takes_over_by_rest_and_the_user_talks_with_a_person()
    {
        await using var user = await host.User("ann");
        var session = await user.Begin("ann begins");

        var taken = await host.Rest("POST", $"/admin/takeover/{session}", "eve");
        Assert.Equal(200, taken.Status);
        Assert.Equal(BodyFields, taken.Fields);
        Assert.Equal(
            (true, "Takeover initiated successfully", session, "eve"),
            (
                taken.Json.GetProperty("success").GetBoolean(),
                taken.Json.Text("message"),
                taken.Json.Text("session_id"),
                taken.Json.Text("admin_id")
            )
        );
        var joined = await user.Next("admin_join");
        Assert.Equal(("admin", "eve", "Eve"), (joined.Text("sender"), joined.Metadata("admin_id"), joined.Metadata("admin_name")));

        await using var admin = await host.Admin("eve", session);
        await user.Say("is anybody there?", "q1");
        var question = await admin.Next("user_message");
        Assert.Equal(("user", "is anybody there?"), (question.Text("sender"), question.Text("content")));
        await admin.Do(
            new
            {
                type = "user_message",
                content = "I am.",
                sender = "admin",
                session_id = session,
            },
            "a1"
        );
        var reply = await user.Next("user_message");
        Assert.Equal(("admin", "I am.", "Eve"), (reply.Text("sender"), reply.Text("content"), reply.Metadata("admin_name")));

        Assert.Equal(200, (await host.Rest("POST", $"/admin/leave/{session}", "eve")).Status);
        Assert.Equal("left", (await user.Next("admin_leave")).Metadata("reason"));
        Assert.Empty(host.RequestsFor("is anybody there?"));
        await user.Say("and now?", "q2");
        await user.NextDone();

        // The model knows what the person has said.
        Assert.Contains("I am.", Assert.Single(host.RequestsFor("and now?")).Body);
    }

    [Fact]
    public async Task Admin_takes_over_and_leaves_by_frame_and_sees_what_the_others_see()
    {
        await using var user = await host.User("bob");
        var session = await user.Begin("bob begins");
        await using var admin = await host.Admin("eve", session, "last_seq=0");
        Assert.Equal("eve", admin.Seen[0].Text("user_id"));
        Assert.Equal(("bob", "watcher"), (admin.Seen[0].Metadata("owner_id"), admin.Seen[0].Metadata("role")));
        await admin.NextDone();
        Assert.Equal("bob begins", admin.Seen.Single(f => f.Type() == "user_message").Text("content"));

        var before = (await MetricsPage.Read(host.Node.Http))["chatbox_admin_takeovers_total"];
        var ack = await admin.Join();
        await admin.Join("once more"); // no further takeover
        Assert.Equal(before + 1, (await MetricsPage.Read(host.Node.Http))["chatbox_admin_takeovers_total"]);
        var joined = admin.Seen.Concat([ack]).SingleOrDefault(f => f.Type() == "admin_join");
        if (joined.ValueKind == System.Text.Json.JsonValueKind.Undefined)
            joined = await admin.Next("admin_join");
        Assert.Equal(ack.Seq(), joined.Seq());
        Assert.Equal(joined.Seq(), (await user.Next("admin_join")).Seq());

        await admin.Leave();
        Assert.Equal("left", (await user.Next("admin_leave")).Metadata("reason"));
    }

    [Fact]
    public async Task Second_admin_is_told_who_holds_the_session_and_the_holder_may_ask_again()
    {
        await using var user = await host.User("cat");
        var session = await user.Begin("cat begins");
        await using var eve = await host.Admin("eve", session);
        await using var kim = await host.Admin("kim", session);
        await eve.Join();

        var second = await host.Rest("POST", $"/admin/takeover/{session}", "kim");
        Assert.Equal((400, "BAD_REQUEST"), (second.Status, second.Code));
        Assert.Contains("Eve", second.Json.Text("message"));
        var refused = await kim.Refused(new { type = "admin_join", id = "k1" });
        Assert.Equal(("SERVICE_ERROR", "k1"), (refused.ErrorCode(), refused.Text("id")));
        Assert.Contains("Eve", refused.GetProperty("error").Text("message"));
        Assert.True(refused.GetProperty("error").GetProperty("recoverable").GetBoolean());

        Assert.Equal(200, (await host.Rest("POST", $"/admin/takeover/{session}", "eve")).Status);
        await eve.Join("join again");
        var leave = await host.Rest("POST", $"/admin/leave/{session}", "kim");
        Assert.Equal((400, "BAD_REQUEST"), (leave.Status, leave.Code));

        // One takeover came of it all: the next item is its end.
        await user.Next("admin_join");
        await eve.Leave();
        await user.Next("admin_leave");
        Assert.Single(user.Seen, f => f.Type() == "admin_join");
    }

    [Fact]
    public async Task User_who_connects_meanwhile_learns_who_helps()
    {
        await using var user = await host.User("dan");
        var session = await user.Begin("dan begins");
        Assert.True(user.Seen[0].TryGetProperty("models", out _));
        await using var admin = await host.Admin("eve", session);
        await admin.Join();

        await using var phone = await host.User("dan");
        Assert.Equal(("eve", "Eve"), (phone.Seen[0].Metadata("admin_id"), phone.Seen[0].Metadata("admin_name")));
        Assert.False(phone.Seen[0].TryGetProperty("models", out _));
        await using var other = await host.Admin("eve", session);
        Assert.Equal("holder", other.Seen[0].Metadata("role"));

        await admin.Leave();
        await using var tablet = await host.User("dan");
        Assert.Null(tablet.Seen[0].Metadata("admin_name"));
        Assert.True(tablet.Seen[0].TryGetProperty("models", out _));
    }

    [Fact]
    public async Task Model_falls_silent_at_the_takeover_and_its_socket_is_closed()
    {
        const string question = "a long story please";
        var more = new TaskCompletionSource();
        host.WhenAsked(question, ModelScript.Begin().Pieces("Once ").Wait(more.Task).Pieces("upon a time").Usage(1, 1).End());
        await using var user = await host.User("fay");
        await using var phone = await host.User("fay");
        await user.Say(question, "q1");
        var session = (await user.Next("ai_response")).Text("session_id")!;
        await user.Say("this waits", "q2");
        await user.Next(f => f.Type() == "ack" && f.Text("id") == "q2");
        await using var admin = await host.Admin("eve", session);

        var fence = (await admin.Join()).Seq();
        await host.RequestsFor(question)[0].Disconnected.WaitAsync(TimeSpan.FromSeconds(30));
        more.SetResult();
        await admin.Do(new { type = "user_message", content = "A person reads your question." }, "a1");

        foreach (var client in new[] { user, phone })
        {
            await client.Next(f => f.Text("sender") == "admin" && f.Type() == "user_message");
            // The running answer ends, and the one that waited never begins.
            var ends = client.Seen.Where(f => f.IsDone()).ToList();
            Assert.Equal(["taken_over", "taken_over"], ends.Select(end => end.Metadata("finish_reason")));
            Assert.All(ends, end => Assert.True(end.Seq() < fence, "The answer ends before the takeover."));
            var after = client.Seen.SkipWhile(f => f.Type() != "admin_join");
            Assert.DoesNotContain(after, f => f.Type() is "ai_response" or "loading");
            Assert.Equal("Once ", client.TextOf(ends[0].Text("message_id")!));
        }

        Assert.Empty(host.RequestsFor("this waits"));
        Assert.Contains(admin.Seen, f => f.Type() == "admin_join");
    }

    [Fact]
    public async Task Messages_that_waited_for_the_model_are_for_the_admin()
    {
        const string question = "slow one";
        host.WhenAsked(question, ModelScript.Silence());
        await using var user = await host.User("gus");
        await user.Say(question, "q1");
        var session = (await user.Next("loading")).Text("session_id")!;
        await user.Say("waits 1", "q2");
        await user.Say("waits 2", "q3");
        await user.Next(f => f.Type() == "ack" && f.Text("id") == "q3");
        await using var admin = await host.Admin("eve", session, "last_seq=0");
        await admin.Join();

        Assert.Equal([question, "waits 1", "waits 2"], admin.Seen.Where(f => f.Type() == "user_message").Select(f => f.Text("content")));
        await admin.Leave();
        await user.Say("after", "q4");
        await user.Next(f => f.IsDone() && f.Metadata("finish_reason") == "stop");
        Assert.Empty(host.RequestsFor("waits 1"));
        Assert.Empty(host.RequestsFor("waits 2"));
    }

    [Theory]
    [InlineData("""{"type":"regenerate","id":"x"}""")]
    [InlineData("""{"type":"model_select","model_id":"two","id":"x"}""")]
    public async Task Model_can_be_neither_asked_nor_chosen_while_a_person_answers(string frame)
    {
        await using var user = await host.User($"hal {frame.Length}");
        var session = await user.Begin("hal begins");
        await using var admin = await host.Admin("eve", session);
        await admin.Join();
        await user.Next("admin_join");

        await user.SendText(frame);
        var error = await user.Next("error");
        Assert.Equal(("SERVICE_ERROR", "x"), (error.ErrorCode(), error.Text("id")));
    }

    [Fact]
    public async Task Session_that_does_not_exist_has_ended_or_is_ones_own_cannot_be_taken_over()
    {
        await using var user = await host.User("ian");
        var session = await user.Begin("ian begins");
        await using var own = await TestClient.Connect(host.Node.Address, PeopleNode.AdminToken("ola"));
        await own.Next("connection_status");
        var ownSession = await own.Begin("ola begins");

        foreach (var unknown in new[] { new string('0', 32), "nonsense" })
            Assert.Equal(404, (await host.Rest("POST", $"/admin/takeover/{unknown}", "eve")).Status);
        Assert.Equal(400, (await host.Rest("POST", $"/admin/takeover/{ownSession}", "ola")).Status);
        Assert.Equal(200, (await host.Node.Http.Rest("POST", $"/sessions/{session}/end", "ian")).Status);
        var ended = await host.Rest("POST", $"/admin/takeover/{session}", "eve");
        Assert.Equal((400, "BAD_REQUEST"), (ended.Status, ended.Code));
        Assert.Equal(204, (await host.Node.Http.Rest("DELETE", $"/sessions/{session}", "ian")).Status);
        Assert.Equal(404, (await host.Rest("POST", $"/admin/takeover/{session}", "eve")).Status);
    }

    [Fact]
    public async Task Admins_socket_closes_when_the_session_is_erased_and_ends_its_takeover_when_it_ends()
    {
        await using var user = await host.User("jim");
        var session = await user.Begin("jim begins");
        await using var admin = await host.Admin("eve", session);
        await admin.Join();

        Assert.Equal(200, (await host.Node.Http.Rest("POST", $"/sessions/{session}/end", "jim")).Status);
        Assert.Equal("ended", (await admin.Next("admin_leave")).Metadata("reason"));
        Assert.Equal(204, (await host.Node.Http.Rest("DELETE", $"/sessions/{session}", "jim")).Status);
        await admin.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(1008, (int?)admin.CloseStatus);
    }

    [Theory]
    [InlineData("takeover")]
    [InlineData("leave")]
    [InlineData("transfer")]
    public async Task Routes_are_for_admins_only(string route)
    {
        var path = $"/admin/{route}/{new string('a', 32)}";
        Assert.Equal(401, (await host.Node.Http.Rest("POST", path, null)).Status);
        Assert.Equal(403, (await host.Node.Http.Rest("POST", path, "user")).Status);
        Assert.Equal(route == "transfer" ? 400 : 404, (await host.Node.Http.Rest("POST", path, "root", "chat_admin")).Status);
    }
}
