namespace Chatbox.Tests.Contract.Files;

/// <summary>Who may open an uploaded file, in each state of the session that mentions it. Protocol section 7.</summary>
public sealed class FileAccessTests(ScriptedNode host) : IClassFixture<ScriptedNode>
{
    private const string Content = "what only some may read";

    [Fact]
    public async Task Everybody_gets_exactly_what_they_may()
    {
        var file = (await host.Node.Http.Upload("alice", Content)).Json.Text("file_id")!;
        Assert.Equal((200, 404, 200, 401), await Statuses(file)); // nobody has mentioned it yet

        var (session, address) = await host.Node.Mention("alice", file);
        var shared = (await host.Node.Http.Rest("POST", $"/sessions/{session}/share", "alice")).Json.Text("share_token");
        Assert.Equal((200, 404, 200, 401), await Statuses(file));
        Assert.Equal((200, Content), await Open(address));
        Assert.Equal((200, Content), await Open(await AddressIn($"/shared/{shared}", null)));
        Assert.Equal((200, Content), await Open(await AddressIn($"/sessions/{session}", "kim", "admin")));
        Assert.Equal(403, (await Open(address[..^1] + (address[^1] == '0' ? '1' : '0'))).Status);
        var audit = await host.Node.Http.Rest("GET", "/admin/audit?kind=file.read", "root", "admin");
        Assert.Contains(file, audit.Text, StringComparison.Ordinal);

        await RefusedToMention("bob", file);

        Assert.Equal(200, (await host.Node.Http.Rest("POST", $"/sessions/{session}/end", "alice")).Status);
        Assert.Equal((200, 404, 200, 401), await Statuses(file));
        Assert.Equal((200, Content), await Open(await AddressIn($"/sessions/{session}", "alice")));
        Assert.Equal((200, Content), await Open(await AddressIn($"/shared/{shared}", null)));

        Assert.Equal(204, (await host.Node.Http.Rest("DELETE", $"/sessions/{session}", "alice")).Status);
        Assert.Equal((404, 404, 404, 401), await Statuses(file));
        Assert.Equal(404, (await Open(address)).Status);
        Assert.Equal(404, (await host.Node.Http.Rest("GET", $"/shared/{shared}", null)).Status);
        await RefusedToMention("alice", file);
    }

    [Fact]
    public async Task Reader_of_a_share_gets_no_address_once_the_share_is_revoked()
    {
        var file = (await host.Node.Http.Upload("carol", Content)).Json.Text("file_id")!;
        var (session, _) = await host.Node.Mention("carol", file);
        var shared = (await host.Node.Http.Rest("POST", $"/sessions/{session}/share", "carol")).Json.Text("share_token");
        Assert.Equal((200, Content), await Open(await AddressIn($"/shared/{shared}", null)));

        await host.Node.Http.Rest("DELETE", $"/sessions/{session}/share", "carol");

        Assert.Equal(404, (await host.Node.Http.Rest("GET", $"/shared/{shared}", null)).Status);
        Assert.Equal(401, (await host.Node.Http.Rest("GET", $"/files/{file}", null)).Status);
    }

    /// <summary>Somebody else's file, and one that is gone, look alike to a message that names them.</summary>
    private async Task RefusedToMention(string user, string file)
    {
        await using var client = await host.Node.Connect(user);
        await client.Next("connection_status");
        await client.Send(
            new
            {
                type = "file_upload",
                id = $"{user}-{file}",
                file_id = file,
                file_url = "x",
            }
        );
        var error = await client.Next("error");
        Assert.Equal(("NOT_FOUND", "file_id"), (error.ErrorCode(), error.Metadata("field")));
    }

    /// <summary>The statuses for the owner, another user, an admin, and somebody without a token.</summary>
    private async Task<(int Owner, int Other, int Admin, int Nobody)> Statuses(string file)
    {
        async Task<int> Get(string? user, params string[] roles) =>
            (await host.Node.Http.Rest("GET", $"/files/{file}", user, roles)).Status;
        return (await Get("alice"), await Get("bob"), await Get("kim", "admin"), await Get(null));
    }

    private async Task<(int Status, string Text)> Open(string address)
    {
        using var answer = await host.Node.Http.GetAsync(address);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<string> AddressIn(string path, string? user, params string[] roles)
    {
        var read = await host.Node.Http.Rest("GET", path, user, roles);
        Assert.Equal(200, read.Status);
        return read.Json.GetProperty("messages").EnumerateArray().First(m => m.TryGetProperty("file_url", out _)).Text("file_url")!;
    }
}
