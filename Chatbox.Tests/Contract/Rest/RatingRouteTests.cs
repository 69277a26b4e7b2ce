namespace Chatbox.Tests.Contract.Rest;

/// <summary>Admins see the ratings of users. Protocol section 6, "Administration".</summary>
public sealed class RatingRouteTests
{
    [Fact]
    public async Task Rating_is_listed_with_its_comment_and_the_reading_is_audited_and_erased_with_the_session()
    {
        await using var node = await TestNode.Start();
        await using var alice = await node.Connect("alice");
        await alice.Say("the word is herbs", "1");
        var done = await alice.NextDone();
        var (session, answer) = (done.Text("session_id")!, done.Text("message_id")!);
        await alice.Send(
            new
            {
                type = "feedback",
                id = "f1",
                message_id = answer,
                content = "up",
                metadata = new { comment = "Helped <a lot>" },
            }
        );
        await alice.Send(
            new
            {
                type = "feedback",
                id = "f2",
                content = "down",
            }
        );

        var list = await node.Http.RestUntil("/admin/ratings", "root", a => a.Json.GetProperty("count").GetInt32() == 2, "admin");
        var ofAnswer = list.Json.GetProperty("ratings").EnumerateArray().Single(r => r.TryGetProperty("message_id", out _));
        Assert.Equal((session, answer, "alice"), (ofAnswer.Text("session_id"), ofAnswer.Text("message_id"), ofAnswer.Text("user_id")));
        Assert.Equal(("up", "Helped <a lot>"), (ofAnswer.Text("rating"), ofAnswer.Text("comment")));

        Assert.Equal(1, await Count($"?session_id={session}&rating=down"));
        Assert.Equal(0, await Count("?user_id=bob"));
        foreach (var query in new[] { "rating=meh", "session_id=x", "start_time=x", "end_time=x", "limit=x", "cursor=%25" })
        {
            var refused = await node.Http.Rest("GET", $"/admin/ratings?{query}", "root", "admin");
            Assert.StartsWith($"{query.Split('=')[0]} must be ", refused.Json.Text("message"), StringComparison.Ordinal);
        }

        var audit = await node.Http.Rest("GET", $"/admin/audit?kind=rating.list&session_id={session}", "boss", "admin");
        Assert.Equal("root", Assert.Single(audit.Json.GetProperty("records").EnumerateArray()).Text("actor"));
        await node.Http.Rest("DELETE", $"/sessions/{session}", "alice");
        await node.Http.RestUntil("/admin/ratings", "root", a => a.Json.GetProperty("count").GetInt32() == 0, "admin");

        async Task<int> Count(string query) =>
            (await node.Http.Rest("GET", $"/admin/ratings{query}", "root", "admin")).Json.GetProperty("count").GetInt32();
    }
}
