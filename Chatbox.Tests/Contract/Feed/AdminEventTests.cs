using System.Text.Json;
using Chatbox.Messages;
using Chatbox.Node.Identity;
using Chatbox.Tests.Contract.People;

namespace Chatbox.Tests.Contract.Feed;

/// <summary>The live feed of admins on one node. Protocol section 6.</summary>
public sealed class AdminEventTests(AdminEventTests.FeedNode host) : IClassFixture<AdminEventTests.FeedNode>
{
    [Fact]
    public async Task Admins_see_what_happens_in_a_session_in_order_and_once()
    {
        await using var feed = await Open("eve");
        await using var user = await host.User("ann");
        var session = (await user.Do(new { type = "help_request" }, "h1")).Text("session_id")!;
        await user.Do(new { type = "help_request" }, "h2");
        await feed.Next("queue_changed", session);
        await using var admin = await host.Admin("eve", session);
        await admin.Join();
        await admin.Do(new { type = "user_message", content = "A secret word." }, "a1");
        await admin.Do(new { type = "admin_transfer", content = "kim" }, "t1");
        await admin.Leave();
        await user.Do(
            new
            {
                type = "feedback",
                content = "up",
                metadata = new { comment = "A secret comment." },
            },
            "f1"
        );
        await host.Node.Http.Rest("POST", $"/sessions/{session}/end", "ann");
        await feed.Next("session_ended", session);

        var seen = feed.Seen.Where(e => e.Text("session_id") == session).ToList();
        Assert.Equal(
            [
                "session_opened ann  ",
                "help_requested ann  ",
                "session_taken_over ann eve ",
                "help_answered ann eve ",
                "transfer_offered ann eve kim",
                "session_released ann eve left",
                "rated ann  up",
                "session_ended ann  ",
            ],
            seen.Where(e => e.Type() is not ("queue_changed" or "viewers_changed")).Select(Text)
        );
        Assert.Equal(["joined", "left"], seen.Where(e => e.Type() == "queue_changed").Select(e => e.Metadata("change")));
        Assert.DoesNotContain(feed.Seen, e => e.GetRawText().Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Admins_see_who_looks_at_a_session()
    {
        await using var feed = await Open("eve");
        await using var user = await host.User("liv");
        var session = await user.Begin();
        var admin = await host.Admin("kim", session);

        var seen = await feed.Next("viewers_changed", session);
        Assert.Equal(
            ("liv", "1", "1", "kim"),
            (seen.Text("user_id"), seen.Metadata("devices"), seen.Metadata("watching"), seen.Metadata("admins"))
        );
        await admin.DisposeAsync();
        Assert.Equal("0", (await feed.Next("viewers_changed", session)).Metadata("watching"));
        Assert.DoesNotContain(feed.Seen, e => e.GetRawText().Contains("Kim", StringComparison.Ordinal)); // no names
    }

    [Fact]
    public async Task Session_of_a_silent_holder_is_back_in_the_queue_in_time_on_every_feed_once()
    {
        await using var user = await host.User("bob");
        var session = (await user.Do(new { type = "help_request" }, "h1")).Text("session_id")!;
        await using var admin = await host.Admin("sid", session);
        await admin.Join();
        AdminEventStream[] feeds = [await Open("eve"), await Open("kim"), await Open("sid")];
        await user.Do(new { type = "user_message", content = "Is anybody there?" }, "m1");

        foreach (var feed in feeds)
        {
            var released = await feed.Next("session_released", session);
            Assert.Equal(("sid", "silent"), (released.Text("admin_id"), released.Metadata("reason")));
            Assert.Equal("joined", (await feed.Next("queue_changed", session)).Metadata("change"));
        }

        await admin.Do(new { type = "note", content = "I slept." }, "n1");
        await host.Node.Http.Rest("POST", $"/sessions/{session}/end", "bob");
        foreach (var feed in feeds)
        {
            await feed.Next("session_ended", session);
            var ofSession = feed.Seen.Where(e => e.Text("session_id") == session).ToList();
            Assert.Single(ofSession, e => e.Type() == "session_released");
            // The news of the first request may come after the feeds have opened.
            var back = ofSession.SkipWhile(e => e.Type() != "session_released");
            Assert.Single(back, e => e.Type() == "queue_changed" && e.Metadata("change") == "joined");
            await feed.DisposeAsync();
        }
    }

    [Fact]
    public async Task Reader_that_comes_back_gets_what_it_missed_without_gap_or_doubling()
    {
        var feed = await Open("eve");
        await using var first = await host.User("cat");
        var one = (await first.Do(new { type = "help_request" }, "h1")).Text("session_id")!;
        await feed.Next("help_requested", one);
        var (last, seen) = (feed.LastId!, feed.Seen);
        await feed.DisposeAsync();
        await using var second = await host.User("dan");
        var two = (await second.Do(new { type = "help_request" }, "h1")).Text("session_id")!;

        await using var again = await Open("eve", last);
        await again.Next("help_requested", two);
        string[] mine = [one, two];
        Assert.Equal(
            [$"session_opened {one}", $"help_requested {one}", $"session_opened {two}", $"help_requested {two}"],
            seen.Concat(again.Seen)
                .Where(e => e.Type() is not ("queue_changed" or "viewers_changed") && mine.Contains(e.Text("session_id")))
                .Select(e => $"{e.Type()} {e.Text("session_id")}")
        );
        Assert.DoesNotContain(again.Seen, e => e.Type() == "reload");
    }

    [Theory]
    [InlineData("0123456789abcdef-7")]
    [InlineData("nonsense")]
    public async Task Reader_of_a_feed_that_is_gone_is_told_to_reload_and_follows_from_there(string lastId)
    {
        await using var feed = await Open("eve", lastId);
        Assert.Equal("reload", (await feed.Next()).Type());
        await using var user = await host.User($"fay {lastId}");
        var session = (await user.Do(new { type = "help_request" }, "h1")).Text("session_id")!;
        await feed.Next("help_requested", session);
        Assert.Single(feed.Seen, e => e.Type() == "reload");
    }

    [Fact]
    public async Task Stream_ends_with_the_token()
    {
        var issuer = new TokenIssuer(TestNode.Secret, TimeProvider.System);
        var token = issuer.Issue(new UserId("gil"), ["admin"], "Gil", TimeSpan.FromSeconds(2));
        await using var feed = await AdminEventStream.Open(host.Node.Http, token);
        await feed.End();
    }

    [Fact]
    public async Task Stream_ends_when_the_token_is_withdrawn()
    {
        await using var feed = await Open("hal");
        Assert.Equal(200, (await host.Rest("POST", "/admin/users/hal/disconnect", "eve")).Status);
        await feed.End();
    }

    [Fact]
    public async Task Stream_is_one_and_readers_and_events_are_counted()
    {
        await using var feed = await Open("ivy");
        Assert.Equal("text/event-stream", feed.Response.Content.Headers.ContentType?.MediaType);
        Assert.True(feed.Response.Headers.CacheControl?.NoStore);
        Assert.Equal("3000", feed.Retry);
        await MetricsPage.WaitFor(host.Node.Http, "chatbox_admin_feed_readers", count => count >= 1);
        await using var user = await host.User("jan");
        await user.Do(new { type = "help_request" }, "h1");
        await MetricsPage.WaitFor(host.Node.Http, "chatbox_admin_feed_events_total", count => count >= 2);
    }

    [Fact]
    public async Task Node_that_stops_ends_its_streams_in_order_and_says_when_to_come_back()
    {
        var node = new PeopleNode();
        await node.InitializeAsync();
        await using var feed = await AdminEventStream.Open(node.Node.Http, PeopleNode.AdminToken("eve"));
        var stop = node.DisposeAsync();
        await feed.End();
        Assert.Equal("1000", feed.Retry);
        await stop;
    }

    private Task<AdminEventStream> Open(string admin, string? lastId = null) =>
        AdminEventStream.Open(host.Node.Http, PeopleNode.AdminToken(admin), lastId);

    /// <summary>A node on which silent holders lose their session soon, and tokens end when they say.</summary>
    public sealed class FeedNode : PeopleNode
    {
        protected override IReadOnlyDictionary<string, string> Settings =>
            new Dictionary<string, string> { ["HELP_REPLY_WITHIN"] = "3s", ["JWT_LEEWAY"] = "0s" };
    }

    private static string Text(JsonElement e) =>
        $"{e.Type()} {e.Text("user_id")} {e.Text("admin_id")} {e.Metadata("reason") ?? e.Metadata("to") ?? e.Metadata("rating")}";
}
