namespace Chatbox.Tests.Contract.Operators;

/// <summary>The operators' command line against a running node.</summary>
public sealed class PbmTests : IAsyncLifetime
{
    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await TestNode.Start();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task Cluster_is_shown_to_people_and_to_scripts()
    {
        var table = await PbmRun.Of(_node, "cluster", "show");
        var json = await PbmRun.Of(_node, "cluster", "show", "--json");

        Assert.Equal((0, ""), (table.Exit, table.Error));
        Assert.Matches(
            @"address +status +reachable +oldest +self\s*\n *akka\.tcp://chatbox@127\.0\.0\.1:\d+ +up +yes +yes +yes",
            table.Output
        );
        var member = Assert.Single(json.Json.GetProperty("members").EnumerateArray());
        Assert.Equal(json.Json.GetProperty("self").GetString(), member.GetProperty("address").GetString());
    }

    [Fact]
    public async Task Node_says_how_it_is()
    {
        await using var client = await _node.Connect("alice");

        var status = (await PbmRun.Of(_node, "cluster", "status", "--json")).Json;

        Assert.Equal(("up", 1, "sqlite"), (status.Text("status"), status.GetProperty("connections").GetInt32(), status.Text("store")));
        Assert.False(status.GetProperty("draining").GetBoolean());
    }

    [Fact]
    public async Task Sessions_are_counted_where_they_live_and_actors_are_seen()
    {
        await using var client = await _node.Connect("alice");
        await client.Say("hello", "1");
        await client.NextDone();

        var stats = await PbmRun.Of(_node, "cluster-sharding", "stats", "session", "--json");
        var row = Assert.Single(stats.Json.GetProperty("nodes").EnumerateArray());
        Assert.Equal((1, 1), (row.GetProperty("shards").GetInt32(), row.GetProperty("entities").GetInt32()));
        Assert.Contains("\"session\"", (await PbmRun.Of(_node, "cluster-sharding", "regions")).Output);

        var actors = (await PbmRun.Of(_node, "actor", "hierarchy", "--depth", "2")).Output;
        Assert.Contains("/user/connections", actors);
        Assert.True(
            actors.IndexOf("/user/models", StringComparison.Ordinal) < actors.IndexOf("/user/$", StringComparison.Ordinal),
            "thousands of sockets hide the actors that have a name"
        );
        Assert.Contains("ConnectionActor", actors);
    }

    [Fact]
    public async Task Store_is_counted_by_kind()
    {
        await using var client = await _node.Connect("alice");
        await client.Say("hello", "1");
        var session = (await client.NextDone()).Text("session_id");
        await _node.Http.RestUntil($"/sessions/{session}", "alice", a => a.Status == 200);

        var kinds = (await PbmRun.Of(_node, "store", "stats", "--json")).Json.GetProperty("kinds").EnumerateArray().ToList();

        var events = kinds.Single(kind => kind.Text("kind") == "events of sessions");
        Assert.Equal(JournalRows.Of(_node, "session-%"), events.GetProperty("rows").GetInt64());
        Assert.True(events.GetProperty("bytes").GetInt64() > 0);
        Assert.Equal(2, kinds.Single(kind => kind.Text("kind") == "index: messages").GetProperty("rows").GetInt64());
        Assert.Matches("events of users +1 +[0-9]+", (await PbmRun.Of(_node, "store", "stats")).Output);
    }

    [Fact]
    public async Task User_is_disconnected_and_one_token_is_withdrawn()
    {
        await using var client = await _node.Connect("walt er/?&");
        await client.Next("connection_status");
        var one = await PbmRun.Of(_node, "user", "disconnect", "other", "--jti", "a&b", "--json");
        Assert.Equal((0, "other", "a&b"), (one.Exit, one.Json.Text("user_id"), one.Json.Text("jti")));

        var all = await PbmRun.Of(_node, "user", "disconnect", "walt er/?&");
        Assert.Equal((0, ""), (all.Exit, all.Error));
        await client.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal((System.Net.WebSockets.WebSocketCloseStatus)4001, client.CloseStatus);
        Assert.NotEqual(0, (await PbmRun.Of(_node, "user", "disconnect", " ")).Exit);
    }

    [Fact]
    public async Task Session_is_listed_read_exported_ended_and_erased()
    {
        await using var client = await _node.Connect("alice");
        await client.Say("the word is herbs", "1");
        var id = (await client.NextDone()).Text("session_id")!;
        await _node.Http.RestUntil($"/sessions/{id}", "alice", a => a.Status == 200 && a.Text.Contains("herbs"));

        var list = await PbmRun.Of(_node, "session", "list", "--user", "alice", "--active", "true");
        Assert.Contains(id, list.Output);
        Assert.DoesNotContain("herbs", list.Output);
        Assert.DoesNotContain(id, (await PbmRun.Of(_node, "session", "list", "--user", "bob")).Output);
        Assert.Contains("the word is herbs", (await PbmRun.Of(_node, "session", "show", id)).Output);
        Assert.Equal(2, (await PbmRun.Of(_node, "session", "export", id)).Json.GetProperty("messages").GetArrayLength());

        Assert.Equal(0, (await PbmRun.Of(_node, "session", "end", id)).Exit);
        await _node.Http.RestUntil($"/sessions/{id}", "alice", a => !a.Json.GetProperty("is_active").GetBoolean());
        await AssertErasedOnlyWhenConfirmed(id);
        await _node.Http.RestUntil($"/sessions/{id}", "alice", a => a.Status == 404);
        Assert.Equal(1, (await PbmRun.Of(_node, "session", "show", id)).Exit);
    }

    [Fact]
    public async Task Log_says_more_when_asked_and_can_be_looked_at()
    {
        Assert.Equal("error", (await PbmRun.Of(_node, "log", "level", "--json")).Json.Text("level"));
        Assert.Equal("debug", (await PbmRun.Of(_node, "log", "level", "debug", "--json")).Json.Text("level"));

        using var http = new HttpClient { BaseAddress = PbmRun.AddressOf(_node) };
        using var tail = new StreamReader(await http.GetStreamAsync("log"));
        await PbmRun.Of(_node, "log", "level", "info");
        string? line;
        do line = await tail.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
        while (line is not null && !line.Contains("log level from debug to info", StringComparison.Ordinal));
        Assert.NotNull(line);

        var wrong = await PbmRun.Of(_node, "log", "level", "loud");
        Assert.Equal(1, wrong.Exit);
        Assert.Contains("'loud' is not one of debug, info, warn, error", wrong.Error);
    }

    [Fact]
    public async Task Models_are_listed_and_tried()
    {
        var model = Assert.Single((await PbmRun.Of(_node, "model", "list", "--json")).Json.GetProperty("models").EnumerateArray());
        Assert.True(model.GetProperty("default").GetBoolean());

        var test = await PbmRun.Of(_node, "model", "test", model.Text("id")!, "--json");
        Assert.True(test.Json.GetProperty("works").GetBoolean());
        Assert.Equal(1, (await PbmRun.Of(_node, "model", "test", "none")).Exit);
    }

    [Fact]
    public async Task Person_at_a_terminal_is_asked_before_a_member_is_downed()
    {
        var address = (await PbmRun.Of(_node, "cluster", "show", "--json")).Json.Text("self")!;

        Assert.Equal(1, (await PbmRun.Typed(_node, "no\n", "cluster", "down", address)).Exit);
        var confirmed = await PbmRun.Typed(_node, "Yes\n", "cluster", "down", "akka.tcp://chatbox@127.0.0.2:1");
        Assert.Contains("Its process must have ended. This cannot be undone. Continue? [y/N]", confirmed.Error);
        Assert.DoesNotContain("Nothing was done", confirmed.Error);
    }

    [Fact]
    public async Task Without_arguments_it_takes_one_command_after_the_other()
    {
        var run = await PbmRun.With(PbmRun.AddressOf(_node), null, "log level\nmodel list\nexit\n");

        Assert.Equal(0, run.Exit);
        Assert.Contains("error", run.Output);
        Assert.Contains("demo", run.Output);
    }

    private async Task AssertErasedOnlyWhenConfirmed(string id)
    {
        Assert.Equal(64, (await PbmRun.Of(_node, "session", "erase", id)).Exit);
        var declined = await PbmRun.Typed(_node, "n\n", "session", "erase", id);
        Assert.Equal(1, declined.Exit);
        Assert.Contains($"Erases the conversation {id}", declined.Error);
        Assert.Equal(1, (await PbmRun.Typed(_node, "", "session", "erase", id)).Exit);
        await _node.Http.RestUntil($"/sessions/{id}", "alice", a => a.Status == 200);

        Assert.Equal((0, "Done.\n"), await Outcome("session", "erase", id, "--yes"));
    }

    private async Task<(int, string)> Outcome(params string[] arguments)
    {
        var run = await PbmRun.Of(_node, arguments);
        return (run.Exit, run.Output.ReplaceLineEndings("\n"));
    }
}
