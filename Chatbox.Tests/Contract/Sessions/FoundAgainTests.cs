namespace Chatbox.Tests.Contract.Sessions;

/// <summary>
/// REST finds everything that was acknowledged, also after a crash, and nothing that was erased. Protocol sections 1 and 6.
/// </summary>
public sealed class FoundAgainTests
{
    [Fact]
    public async Task What_was_said_is_listed_read_searched_shared_and_exported_after_a_crash_and_gone_once_erased()
    {
        await using var node = await NodeProcess.Start(new Dictionary<string, string> { ["SNAPSHOT_EVERY"] = "10" });
        var kept = await Talk(node, "Where is the zebra?", "And the giraffe?");
        var erased = await Talk(node, "Where is the walrus?", "And the penguin?");

        await node.Kill();
        await node.Start();

        foreach (
            var (session, name, word) in new[] { (kept, "Where is the zebra?", "giraffe"), (erased, "Where is the walrus?", "PENGUIN") }
        )
        {
            var history = await node.Http.RestUntil($"/sessions/{session}", "alice", a => a.Status == 200 && Messages(a) == 4);
            Assert.Equal(name, history.Json.Text("name"));
            Assert.Equal(
                ["user_message", "ai_response", "user_message", "ai_response"],
                history.Json.GetProperty("messages").EnumerateArray().Select(m => m.Text("type"))
            );
            Assert.Equal([session], await Found(node, $"?q={word}"));
            Assert.Contains(
                word,
                (await node.Http.Rest("GET", $"/sessions/{session}/export", "alice")).Text,
                StringComparison.OrdinalIgnoreCase
            );
        }

        Assert.Equal([erased, kept], await Found(node, ""));
        var share = (await node.Http.Rest("POST", $"/sessions/{erased}/share", "alice")).Json.Text("share_token");
        Assert.Contains("penguin", (await node.Http.Rest("GET", $"/shared/{share}", null)).Text);

        Assert.Equal(204, (await node.Http.Rest("DELETE", $"/sessions/{erased}", "alice")).Status);
        await AssertGone();
        Assert.Empty(StoredFiles.Found(node.DataDirectory, "penguin"));
        await node.Kill();
        await node.Start();
        await AssertGone();
        Assert.Empty(StoredFiles.Found(node.DataDirectory, "penguin"));
        Assert.NotEmpty(StoredFiles.Found(node.DataDirectory, "giraffe"));

        async Task AssertGone()
        {
            Assert.Equal([kept], await Found(node, ""));
            Assert.Empty(await Found(node, "?q=penguin"));
            foreach (var path in new[] { $"/sessions/{erased}", $"/sessions/{erased}/export", $"/shared/{share}" })
                Assert.Equal(404, (await node.Http.Rest("GET", path, "alice")).Status);
        }
    }

    /// <summary>A new session in which these questions have been answered.</summary>
    private static async Task<string> Talk(NodeProcess node, params string[] questions)
    {
        await using var client = await node.Connect("alice");
        var session = "";
        foreach (var question in questions)
        {
            await client.Say(question, question);
            session = (await client.NextDone()).Text("session_id")!;
        }

        Assert.Equal(200, (await node.Http.Rest("POST", $"/sessions/{session}/end", "alice")).Status);
        return session;
    }

    private static int Messages(RestAnswer history) => history.Json.GetProperty("messages").GetArrayLength();

    private static async Task<IEnumerable<string?>> Found(NodeProcess node, string query) =>
        (await node.Http.Rest("GET", $"/sessions{query}", "alice")).Json.GetProperty("sessions").EnumerateArray().Select(s => s.Text("id"));
}
