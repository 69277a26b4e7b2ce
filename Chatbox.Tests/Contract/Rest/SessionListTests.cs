namespace Chatbox.Tests.Contract.Rest;

/// <summary><c>GET {P}/sessions</c>. Protocol section 6.</summary>
public sealed class SessionListTests
{
    [Fact]
    public async Task List_has_the_shape_of_the_protocol()
    {
        await using var host = await RestHost.Start();
        var session = await host.Add("alice", "Plans for Zürich 🚀 <b>");
        var answer = await host.Get("/sessions", "alice");
        var item = answer.Json.GetProperty("sessions")[0];

        Assert.Equal(200, answer.Status);
        Assert.Equal("application/json; charset=utf-8", answer.Headers["Content-Type"]);
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
        Assert.Equal(["sessions", "user_id", "count", "limit", "truncated"], answer.Fields);
        Assert.Equal("alice", answer.Json.Text("user_id"));
        Assert.Equal(1, answer.Json.GetProperty("count").GetInt32());
        Assert.Equal(100, answer.Json.GetProperty("limit").GetInt32());
        Assert.False(answer.Json.GetProperty("truncated").GetBoolean());
        Assert.Equal(
            $$"""
            {"id":"{{session.SessionId}}","session_id":"{{session.SessionId}}","user_id":"alice","name":"Plans for Zürich 🚀 <b>","model_id":"one","start_time":"2026-03-01T08:00:00.120Z","end_time":"2026-03-01T08:01:30.120Z","last_activity":"2026-03-01T08:01:00.120Z","is_active":false,"duration":90,"message_count":0,"total_tokens":1234,"max_response_time":800,"avg_response_time":333,"help_requested":false,"admin_assisted":false}
            """,
            item.GetRawText().Replace("\\uD83D\\uDE80", "🚀")
        );
    }

    [Fact]
    public async Task Active_session_has_no_end_and_lasts_until_now()
    {
        await using var host = await RestHost.Start();
        var session = await host.Add("alice");
        await host.Add(session with { EndTime = null, AssistingAdminName = "Dr. Who", AdminAssisted = true });
        var item = (await host.Get("/sessions", "alice")).Json.GetProperty("sessions")[0];

        Assert.False(item.TryGetProperty("end_time", out _));
        Assert.True(item.GetProperty("is_active").GetBoolean());
        Assert.True(item.GetProperty("duration").GetInt64() > 90);
        Assert.Equal("Dr. Who", item.Text("assisting_admin_name"));
    }

    [Fact]
    public async Task Owner_sees_the_share_token()
    {
        await using var host = await RestHost.Start();
        var session = await host.Add("alice");
        await host.Add(session with { ShareToken = "0123456789abcdef0123456789abcdef" });

        var item = (await host.Get("/sessions", "alice")).Json.GetProperty("sessions")[0];
        Assert.Equal("0123456789abcdef0123456789abcdef", item.Text("share_token"));
    }

    [Theory]
    [InlineData("1000", 1000)]
    [InlineData("5000", 1000)]
    [InlineData("0", 1)]
    [InlineData("-3", 1)]
    public async Task Limit_is_drawn_into_its_range(string given, int used)
    {
        await using var host = await RestHost.Start();
        Assert.Equal(used, (await host.Get($"/sessions?limit={given}", "alice")).Json.GetProperty("limit").GetInt32());
    }

    [Theory]
    [InlineData("/sessions?limit=many", "limit")]
    [InlineData("/sessions?limit=", "limit")]
    [InlineData("/sessions?limit=1&limit=2", "limit")]
    [InlineData("/sessions?cursor=nonsense", "cursor")]
    [InlineData("/sessions/0123456789abcdef0123456789abcdef?limit=x", "limit")]
    [InlineData("/sessions/0123456789abcdef0123456789abcdef?before_seq=0", "before_seq")]
    [InlineData("/sessions/0123456789abcdef0123456789abcdef?before_seq=-1", "before_seq")]
    [InlineData("/sessions/0123456789abcdef0123456789abcdef?before_seq=abc", "before_seq")]
    [InlineData("/shared/0123456789abcdef0123456789abcdef?before_seq=abc", "before_seq")]
    [InlineData("/shared/0123456789abcdef0123456789abcdef?limit=abc", "limit")]
    public async Task Value_that_cannot_be_read_is_refused_by_its_name(string path, string name)
    {
        await using var host = await RestHost.Start();
        var answer = await host.Get(path, "alice");

        Assert.Equal((400, "BAD_REQUEST"), (answer.Status, answer.Code));
        Assert.StartsWith($"{name} must be ", answer.Json.Text("message"));
    }

    [Fact]
    public async Task Search_that_is_too_long_is_refused_by_its_name()
    {
        await using var host = await RestHost.Start();
        var answer = await host.Get($"/sessions?q={new string('ü', 257)}", "alice");

        Assert.Equal((400, "BAD_REQUEST"), (answer.Status, answer.Code));
        Assert.StartsWith("q must be ", answer.Json.Text("message"));
    }

    [Theory]
    [InlineData(17, 400)]
    [InlineData(100, 400)]
    [InlineData(16, 200)]
    public async Task Search_of_too_many_words_is_refused_by_its_name(int words, int status)
    {
        await using var host = await RestHost.Start();
        var latin = await host.Get($"/sessions?q={string.Join('+', Enumerable.Range(0, words).Select(n => (char)('a' + n)))}", "alice");
        var chinese = await host.Get($"/sessions?q={Uri.EscapeDataString(Characters(words + 1))}", "alice");

        Assert.Equal((status, status), (latin.Status, chinese.Status));
        if (status == 400)
            Assert.All([latin, chinese], answer => Assert.StartsWith("q must be at most 16 ", answer.Json.Text("message")));

        // In scripts without spaces, each pair of neighbouring characters is a search word.
        static string Characters(int count) => string.Concat(Enumerable.Range(0, count).Select(n => (char)('一' + n)));
    }

    [Fact]
    public async Task Word_that_is_repeated_is_one_word()
    {
        await using var host = await RestHost.Start();

        Assert.Equal(200, (await host.Get($"/sessions?q={string.Join('+', Enumerable.Repeat("a", 100))}", "alice")).Status);
    }

    [Theory]
    [InlineData("Zürich")]
    [InlineData("東京 🚀")]
    [InlineData("a&b=c #%")]
    public async Task Search_reaches_the_index_as_it_was_written(string search)
    {
        await using var host = await RestHost.Start();
        await host.Add("alice", $"About {search}!");
        await host.Add("alice", "Something else");

        var answer = await host.Get($"/sessions?q={Uri.EscapeDataString(search)}", "alice");
        Assert.Equal(search, host.Index.LastSearch);
        Assert.Equal(1, answer.Json.GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task Empty_search_finds_everything()
    {
        await using var host = await RestHost.Start();
        await host.Add("alice");
        Assert.Equal(1, (await host.Get("/sessions?q=%20", "alice")).Json.GetProperty("count").GetInt32());
    }
}
