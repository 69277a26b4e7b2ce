namespace Chatbox.Tests.Contract.People;

/// <summary>Typing, seen marks, ratings and private notes. Protocol section 5.</summary>
public sealed class AdminVoiceTests(PeopleNode host) : IClassFixture<PeopleNode>
{
    [Fact]
    public async Task Typing_is_shown_both_ways()
    {
        await using var user = await host.User("ann");
        var session = await user.Begin("ann begins");
        await using var admin = await host.Admin("eve", session);
        await admin.Join();

        await admin.SendText("""{"type":"typing_indicator","content":"start"}""");
        var typing = await user.Next("typing_indicator");
        Assert.Equal(("admin", "start"), (typing.Text("sender"), typing.Text("content")));
        Assert.Equal("stop", (await user.Next("typing_indicator")).Text("content")); // by itself
        await user.SendText("""{"type":"typing_indicator","content":"start"}""");
        typing = await admin.Next("typing_indicator");
        Assert.Equal(("user", "start"), (typing.Text("sender"), typing.Text("content")));
    }

    [Fact]
    public async Task Seen_marks_reach_the_other_side_and_never_go_back()
    {
        await using var user = await host.User("bob");
        var session = await user.Begin("bob begins");
        await using var admin = await host.Admin("eve", session);
        await admin.Join();
        var sent = (await admin.Do(new { type = "user_message", content = "Read this." }, "a1")).Seq();
        await user.Next(f => f.Type() == "user_message" && f.Text("sender") == "admin");

        await user.Send(Seen(sent));
        Assert.Equal(("user", $"{sent}"), SeenOf(await admin.Next("seen")));
        await user.Send(Seen(1)); // says nothing new
        var said = (await user.Do(new { type = "user_message", content = "I have." }, "q2")).Seq();
        await admin.Next(f => f.Type() == "user_message" && f.Text("sender") == "user");
        await admin.Send(Seen(said));
        Assert.Equal(("admin", $"{said}"), SeenOf(await user.Next("seen")));
        Assert.Single(admin.Seen, f => f.Type() == "seen");

        // A device that comes later knows how far the other side has read.
        await using var second = await host.Admin("eve", session);
        Assert.Equal(("user", $"{sent}"), SeenOf(await second.Next("seen")));
    }

    [Fact]
    public async Task Notes_reach_admins_and_nobody_else()
    {
        const string secret = "owes us three camels";
        await using var user = await host.User("cat");
        var session = await user.Begin("cat begins");
        await using var watcher = await host.Admin("kim", session);
        await using var admin = await host.Admin("eve", session);
        var ack = await admin.Do(new { type = "note", content = secret }, "n1");
        var note = await watcher.Next("note");
        Assert.Equal((secret, "Eve", ack.Seq()), (note.Text("content"), note.Metadata("admin_name"), note.Seq()));
        await user.Say("cat goes on", "q2");
        await user.NextDone();

        // Not on a socket, not after resuming, not in the history, the export, a share or a prompt.
        await using var resumed = await host.User("cat", "last_seq=0");
        await resumed.NextDone();
        await resumed.NextDone();
        Assert.All(user.Seen.Concat(resumed.Seen), f => Assert.DoesNotContain("camels", f.GetRawText()));
        var http = host.Node.Http;
        var token = (await http.Rest("POST", $"/sessions/{session}/share", "cat")).Json.Text("share_token");
        foreach (var (path, reader) in new[] { ("", "cat"), ("/export", "cat") })
            Assert.DoesNotContain("camels", (await http.Rest("GET", $"/sessions/{session}{path}", reader)).Text);
        Assert.DoesNotContain("camels", (await http.Rest("GET", $"/shared/{token}", null)).Text);
        Assert.DoesNotContain("camels", Assert.Single(host.RequestsFor("cat goes on")).Body);

        var forAdmins = await host.Rest("GET", $"/sessions/{session}", "eve");
        Assert.Contains("camels", forAdmins.Text);
    }

    [Fact]
    public async Task User_rates_an_answer_and_the_conversation()
    {
        await using var user = await host.User("dan");
        await user.Say("dan begins", "q1");
        var answer = (await user.NextDone()).Text("message_id");

        var before = await MetricsPage.Read(host.Node.Http);
        await user.Do(
            new
            {
                type = "feedback",
                content = "up",
                message_id = answer,
            },
            "f1"
        );
        await user.Do(
            new
            {
                type = "feedback",
                content = "down",
                metadata = new { comment = "slow" },
            },
            "f2"
        );
        var after = await MetricsPage.Read(host.Node.Http);
        foreach (var rating in new[] { "up", "down" })
        {
            var series = $"chatbox_ratings_total{{rating=\"{rating}\"}}";
            Assert.Equal(before[series] + 1, after[series]);
        }

        var unknown = await user.Refused(
            new
            {
                type = "feedback",
                content = "up",
                message_id = "nothing",
                id = "f3",
            }
        );
        Assert.Equal(("NOT_FOUND", "message_id", "f3"), (unknown.ErrorCode(), unknown.Metadata("field"), unknown.Text("id")));
    }

    private static object Seen(long seq) => new { type = "seen", metadata = new { seq } };

    private static (string?, string?) SeenOf(System.Text.Json.JsonElement frame) => (frame.Text("sender"), frame.Metadata("seq"));
}
