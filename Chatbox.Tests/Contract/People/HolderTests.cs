namespace Chatbox.Tests.Contract.People;

/// <summary>Holders who go away, say nothing, or hand the session over. Protocol sections 5 and 6.</summary>
public sealed class HolderTests(ImpatientPeopleNode host) : IClassFixture<ImpatientPeopleNode>
{
    [Fact]
    public async Task Holder_whose_client_died_loses_the_session_and_the_user_is_told()
    {
        await using var user = await host.User("ann");
        var session = (await user.Do(new { type = "help_request" }, "h1")).Text("session_id")!;
        var admin = await host.Admin("eve", session);
        await admin.Join();
        await user.Next("admin_join");
        admin.Abort();

        Assert.Equal("gone", (await user.Next("admin_leave")).Metadata("reason"));
        await admin.DisposeAsync();
        await using var phone = await host.User("ann");
        Assert.Equal("true", phone.Seen[0].Metadata("help_requested")); // still wanted
        await host.Node.Http.RestUntil(
            "/admin/help",
            "root",
            queue =>
                queue.Status == 200
                && queue.Json.GetProperty("waiting").EnumerateArray().Select(place => place.Text("session_id")).Contains(session),
            "admin"
        );
    }

    [Fact]
    public async Task Holder_who_comes_back_in_time_keeps_the_session()
    {
        await using var user = await host.User("bob");
        var session = await user.Begin("bob begins");
        await using var first = await host.Admin("eve", session);
        await first.Join();
        await using (var second = await host.Admin("eve", session))
        {
            first.Abort();
            await first.Ended;
            await second.Do(new { type = "user_message", content = "Still here." }, "a1");
            await user.Next(f => f.Type() == "user_message");
            await second.Leave();
        }

        Assert.Equal("left", (await user.Next("admin_leave")).Metadata("reason"));
    }

    [Fact]
    public async Task Holder_who_says_nothing_while_the_user_waits_loses_the_session()
    {
        await using var user = await host.User("cat");
        var session = (await user.Do(new { type = "help_request" }, "h1")).Text("session_id")!;
        await using var admin = await host.Admin("eve", session);
        await admin.Join();

        Assert.Equal("silent", (await user.Next("admin_leave")).Metadata("reason"));
        Assert.Equal("silent", (await admin.Next("admin_leave")).Metadata("reason"));
        await using var phone = await host.User("cat");
        Assert.Equal("true", phone.Seen[0].Metadata("help_requested"));
    }

    [Fact]
    public async Task Session_is_handed_over_to_the_admin_who_accepts()
    {
        await using var user = await host.User("dan");
        var session = await user.Begin("dan begins");
        await using var eve = await host.Admin("eve", session);
        await using var kim = await host.Admin("kim", session);
        await using var pat = await host.Admin("pat", session);
        await eve.Join();
        await eve.Do(new { type = "admin_transfer", content = "kim" }, "t1");
        var offer = await kim.Next("admin_transfer");
        Assert.Equal(("eve", "kim", "offered"), (offer.Metadata("admin_id"), offer.Metadata("to"), offer.Metadata("state")));

        // The offer is for nobody else.
        Assert.Equal("SERVICE_ERROR", (await pat.Refused(new { type = "admin_join" })).ErrorCode());
        await kim.Do(new { type = "admin_decline" }, "d1");
        Assert.Equal("declined", (await eve.Next(f => f.Metadata("state") == "declined")).Metadata("state"));
        Assert.Equal("SERVICE_ERROR", (await kim.Refused(new { type = "admin_join" })).ErrorCode());

        var again = await host.Rest("POST", $"/admin/transfer/{session}", "eve", new { admin_id = "kim" });
        Assert.Equal((200, session), (again.Status, again.Json.Text("session_id")));
        await kim.Next(f => f.Type() == "admin_transfer" && f.Metadata("state") == "offered");
        await kim.Join();
        var left = await user.Next("admin_leave");
        var joined = await user.Next("admin_join");
        Assert.Equal(("transferred", "Kim"), (left.Metadata("reason"), joined.Metadata("admin_name")));
        Assert.Equal("SERVICE_ERROR", (await eve.Refused(new { type = "user_message", content = "mine?" })).ErrorCode());
        Assert.DoesNotContain(user.Seen, f => f.Type() == "admin_transfer");
    }

    [Fact]
    public async Task Only_the_holder_can_offer_the_session()
    {
        await using var user = await host.User("fay");
        var session = await user.Begin("fay begins");
        await using var kim = await host.Admin("kim", session);

        Assert.Equal("SERVICE_ERROR", (await kim.Refused(new { type = "admin_transfer", content = "eve" })).ErrorCode());
        Assert.Equal("NOT_FOUND", (await kim.Refused(new { type = "admin_decline" })).ErrorCode());
        Assert.Equal(400, (await host.Rest("POST", $"/admin/transfer/{session}", "kim", new { admin_id = "eve" })).Status);
        foreach (var body in new object?[] { null, new { }, new { admin_id = 7 }, new { admin_id = "" }, new { other = "x" } })
        {
            var refused = await host.Rest("POST", $"/admin/transfer/{session}", "kim", body);
            Assert.Equal(400, refused.Status);
            Assert.Contains("admin_id", refused.Json.Text("message"));
        }
    }
}
