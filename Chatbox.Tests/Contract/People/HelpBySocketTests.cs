namespace Chatbox.Tests.Contract.People;

/// <summary>A person asks for a person. Protocol section 5.</summary>
public sealed class HelpBySocketTests(PeopleNode host) : IClassFixture<PeopleNode>
{
    [Fact]
    public async Task Help_before_the_first_message_opens_the_session_and_is_told_to_every_device()
    {
        await using var user = await host.User("ann");
        await using var phone = await host.User("ann");
        var ack = await user.Do(new { type = "help_request" }, "h1");

        foreach (var client in new[] { user, phone })
        {
            var told = client.Seen.FirstOrDefault(IsTold);
            told = told.ValueKind == System.Text.Json.JsonValueKind.Undefined ? await client.Next(IsTold) : told;
            Assert.Equal("ai", told.Text("sender"));
            Assert.False(string.IsNullOrEmpty(told.Text("content")));
        }

        var listed = await host.Node.Http.RestUntil("/sessions", "ann", list => list.Json.GetProperty("count").GetInt32() == 1);
        var item = listed.Json.GetProperty("sessions")[0];
        Assert.Equal(ack.Text("session_id"), item.Text("id"));
        Assert.True(item.GetProperty("help_requested").GetBoolean());

        // A device that connects later learns it too, and an admin finds the session.
        await using var tablet = await host.User("ann");
        Assert.Equal("true", tablet.Seen[0].Metadata("help_requested"));
        await using var admin = await host.Admin("eve", item.Text("id")!);
        Assert.Equal("true", admin.Seen[0].Metadata("help_requested"));
    }

    [Fact]
    public async Task Help_within_a_conversation_leaves_it_as_it_is()
    {
        await using var user = await host.User("bob");
        var session = await user.Begin("bob begins");
        await user.Do(new { type = "help_request" }, "h1");
        await user.Say("bob goes on", "q2");

        Assert.Equal(session, (await user.NextDone()).Text("session_id"));
        Assert.Single(host.RequestsFor("bob goes on"));
    }

    [Fact]
    public async Task Double_click_is_one_request()
    {
        await using var user = await host.User("cat");
        var first = await user.Do(new { type = "help_request" }, "h1");
        var repeated = await user.Do(new { type = "help_request" }, "h1");
        Assert.Single(user.Seen, IsTold);
        var second = await user.Do(new { type = "help_request" }, "h2");

        Assert.Equal(first.GetRawText(), repeated.GetRawText());
        Assert.Equal(first.Text("session_id"), second.Text("session_id"));

        // One person's word answers both clicks.
        await using var admin = await host.Admin("eve", first.Text("session_id")!);
        await admin.Join();
        await admin.Do(new { type = "user_message", content = "How can I help?" }, "a1");
        await admin.Leave();
        await using var again = await host.Admin("eve", first.Text("session_id")!);
        Assert.Null(again.Seen[0].Metadata("help_requested"));
    }

    [Fact]
    public async Task Help_without_an_id_needs_no_ack()
    {
        await using var user = await host.User("dan");
        await user.SendText("""{"type":"help_request"}""");
        await user.Next(IsTold);
        Assert.DoesNotContain(user.Seen, f => f.Type() is "ack" or "error");
    }

    [Fact]
    public async Task Admins_word_answers_the_request()
    {
        await using var user = await host.User("fay");
        var session = (await user.Do(new { type = "help_request" }, "h1")).Text("session_id")!;
        await using var admin = await host.Admin("eve", session);
        await admin.Join();
        await admin.Do(new { type = "user_message", content = "How can I help?" }, "a1");
        await admin.Leave();
        await user.Next("admin_leave");

        await using var phone = await host.User("fay");
        Assert.Null(phone.Seen[0].Metadata("help_requested"));
    }

    private static bool IsTold(System.Text.Json.JsonElement frame) =>
        frame.Type() == "connection_status" && frame.Text("content") is not null && frame.Metadata("help_requested") == "true";
}
