using System.Collections.Immutable;
using Chatbox.Actors.Index;

namespace Chatbox.Tests.Contract.Rest;

/// <summary><c>GET {P}/sessions/{id}</c>, <c>/export</c> and <c>{P}/shared/{token}</c>. Protocol section 6.</summary>
public sealed class SessionHistoryTests
{
    private static readonly string Unknown = new('0', 32);

    private static IndexedMessage[] Conversation(int count) =>
        [.. Enumerable.Range(1, count).Select(n => RestHost.Message(n * 7, $"message {n}", n % 2 == 0 ? "ai" : "user"))];

    [Fact]
    public async Task History_has_the_shape_of_the_protocol()
    {
        await using var host = await RestHost.Start();
        var session = await host.Add(
            "alice",
            "Greetings",
            RestHost.Message(2, "hello"),
            RestHost.Message(5, "Hi!", "ai") with
            {
                Superseded = true,
                Metadata = ImmutableSortedDictionary<string, string>.Empty.Add("finish_reason", "stop"),
                FileId = "f1",
                FileUrl = "https://files.example/f1",
            }
        );
        var answer = await host.Get($"/sessions/{session.SessionId}", "alice");

        Assert.Equal(200, answer.Status);
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
        Assert.Equal(
            $$"""{"session_id":"{{session.SessionId}}","name":"Greetings","model_id":"one","is_active":false,"messages":["""
                + """{"seq":2,"message_id":"m2","type":"user_message","content":"hello","timestamp":"2026-03-01T08:00:02.120Z","sender":"user"},"""
                + """{"seq":5,"message_id":"m5","type":"ai_response","content":"Hi!","timestamp":"2026-03-01T08:00:05.120Z","sender":"ai","file_id":"f1","file_url":"https://files.example/f1","metadata":{"finish_reason":"stop","superseded":"true"}}]}""",
            answer.Text
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(50)]
    [InlineData(120)]
    public async Task Pages_put_together_are_the_conversation(int limit)
    {
        await using var host = await RestHost.Start();
        var messages = Conversation(230);
        var session = await host.Add("alice", "Long", messages);

        var all = new List<string>();
        for (var before = ""; ; )
        {
            var page = (await host.Get($"/sessions/{session.SessionId}?limit={limit}{before}", "alice")).Json.GetProperty("messages");
            if (page.GetArrayLength() == 0)
                break;
            Assert.True(page.GetArrayLength() <= limit);
            all.InsertRange(0, page.EnumerateArray().Select(message => message.Text("content")!));
            before = $"&before_seq={page[0].GetProperty("seq")}";
        }

        Assert.Equal(messages.Select(m => m.Content), all);
    }

    [Fact]
    public async Task Without_a_limit_the_newest_thousand_come()
    {
        await using var host = await RestHost.Start();
        var session = await host.Add("alice", "Long", Conversation(1001));
        var messages = (await host.Get($"/sessions/{session.SessionId}", "alice")).Json.GetProperty("messages");

        Assert.Equal(1000, messages.GetArrayLength());
        Assert.Equal("message 2", messages[0].Text("content"));
        Assert.Equal("message 1001", messages[999].Text("content"));
    }

    [Fact]
    public async Task Page_of_long_answers_ends_early_and_goes_on_where_it_ended()
    {
        await using var host = await RestHost.Start();
        var text = new string('x', 262_144);
        var session = await host.Add("alice", "Long", [.. Enumerable.Range(1, 120).Select(n => RestHost.Message(n, text, "ai"))]);

        var first = (await host.Get($"/sessions/{session.SessionId}", "alice")).Json.GetProperty("messages");
        Assert.InRange(first.GetArrayLength(), 1, 119);
        var rest = await host.Get($"/sessions/{session.SessionId}?before_seq={first[0].GetProperty("seq")}&limit=1", "alice");
        Assert.Equal(first[0].GetProperty("seq").GetInt64() - 1, rest.Json.GetProperty("messages")[0].GetProperty("seq").GetInt64());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(49)]
    [InlineData(50)]
    [InlineData(51)]
    [InlineData(333)]
    public async Task Export_is_the_whole_conversation_read_in_small_parts(int count)
    {
        await using var host = await RestHost.Start();
        var messages = Conversation(count);
        if (count > 0)
            messages[0] = messages[0] with { Superseded = true };
        var session = await host.Add("alice", "Long", messages);
        var answer = await host.Get($"/sessions/{session.SessionId}/export", "alice");
        var exported = answer.Json.GetProperty("messages");

        Assert.Equal(200, answer.Status);
        Assert.Equal("application/json; charset=utf-8", answer.Headers["Content-Type"]);
        Assert.Equal($"attachment; filename=\"chatbox-{session.SessionId}.json\"", answer.Headers["Content-Disposition"]);
        Assert.Equal(["session", "messages"], answer.Fields);
        Assert.Equal(session.SessionId.Value, answer.Json.GetProperty("session").Text("id"));
        Assert.Equal(messages.Select(m => m.Content), exported.EnumerateArray().Select(m => m.Text("content")));
        Assert.True(count == 0 || exported[0].Metadata("superseded") == "true");
        Assert.True(host.Index.LargestRead <= 50);
    }

    [Fact]
    public async Task Export_that_breaks_off_never_looks_whole()
    {
        await using var host = await RestHost.Start();
        var long_ = Enumerable.Range(1, 200).Select(n => RestHost.Message(n, new string('x', 10_000)));
        var session = await host.Add("alice", "Long", [.. long_]);
        // The store fails after seven reads: one for the session, five that find the pages, and one page.
        host.Index.GoDown(after: 7);

        await Assert.ThrowsAsync<HttpRequestException>(() => host.Get($"/sessions/{session.SessionId}/export", "alice"));
    }

    [Fact]
    public async Task Share_token_opens_a_read_only_view_until_it_is_revoked()
    {
        await using var host = await RestHost.Start();
        var session = await host.Add("alice", "Shown", RestHost.Message(3, "look at this"));
        var path = $"/sessions/{session.SessionId}/share";

        var first = await host.Send("POST", path, "alice");
        var again = await host.Send("POST", path, "alice");
        var token = first.Json.Text("share_token")!;
        Assert.Equal(200, first.Status);
        Assert.Matches("^[0-9a-f]{32}$", token);
        Assert.Equal(first.Text, again.Text);

        var shared = await host.Get($"/shared/{token}", user: null);
        Assert.Equal(200, shared.Status);
        Assert.Equal(["session_id", "name", "messages"], shared.Fields);
        Assert.Equal("no-store", shared.Headers["Cache-Control"]);
        Assert.Equal("look at this", shared.Json.GetProperty("messages")[0].Text("content"));
        Assert.DoesNotContain("alice", shared.Text);

        Assert.Equal(204, (await host.Send("DELETE", path, "alice")).Status);
        Assert.Equal(404, (await host.Get($"/shared/{token}", user: null)).Status);
        Assert.Equal(204, (await host.Send("DELETE", path, "alice")).Status);
        Assert.NotEqual(token, (await host.Send("POST", path, "alice")).Json.Text("share_token"));
        Assert.Equal(404, (await host.Get($"/shared/{token}", user: null)).Status);
    }

    [Fact]
    public async Task Share_whose_answer_was_lost_can_be_revoked()
    {
        await using var host = await RestHost.Start();
        var session = await host.Add("alice");
        host.Index.LosesNextShare = true;
        Assert.Equal(503, (await host.Send("POST", $"/sessions/{session.SessionId}/share", "alice")).Status);
        var token = (await host.Get("/sessions", "alice")).Json.GetProperty("sessions")[0].Text("share_token")!;
        Assert.Equal(200, (await host.Get($"/shared/{token}", user: null)).Status);

        Assert.Equal(204, (await host.Send("DELETE", $"/sessions/{session.SessionId}/share", "alice")).Status);
        Assert.Equal(404, (await host.Get($"/shared/{token}", user: null)).Status);
    }

    [Theory]
    [InlineData("/shared/nothing")]
    [InlineData("/shared/0123456789ABCDEF0123456789ABCDEF")]
    [InlineData("/shared/0123456789abcdef0123456789abcdef")]
    public async Task Share_token_that_leads_nowhere_is_not_found(string path)
    {
        await using var host = await RestHost.Start();
        var answer = await host.Get(path, user: null);
        Assert.Equal((404, "NOT_FOUND"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Ids_that_cannot_be_and_ids_that_are_not_look_the_same()
    {
        await using var host = await RestHost.Start();
        foreach (var suffix in new[] { "", "/export" })
        {
            var malformed = await host.Get($"/sessions/nonsense{suffix}", "alice");
            var unknown = await host.Get($"/sessions/{Unknown}{suffix}", "alice");
            Assert.Equal((404, "NOT_FOUND"), (unknown.Status, unknown.Code));
            Assert.Equal(unknown.Text, malformed.Text);
        }
    }
}
