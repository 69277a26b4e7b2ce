namespace Chatbox.Tests.Contract.People;

/// <summary>Who may do what with a session in which people have helped. Protocol section 1.</summary>
public sealed class AccessMatrixTests(PeopleNode host) : IClassFixture<PeopleNode>
{
    private const string Note = "owes us three camels";

    /// <summary>The statuses for the owner, an admin, another user, and somebody without a token.</summary>
    [Theory]
    [InlineData("GET", "/sessions/ID", 200, 200, 404, 401)]
    [InlineData("GET", "/sessions/ID/export", 200, 200, 404, 401)]
    [InlineData("GET", "/shared/TOKEN", 200, 200, 200, 200)]
    [InlineData("POST", "/admin/takeover/ID", 403, 200, 403, 401)]
    [InlineData("POST", "/admin/leave/ID", 403, 400, 403, 401)]
    [InlineData("POST", "/admin/transfer/ID", 403, 400, 403, 401)]
    [InlineData("POST", "/sessions/ID/share", 200, 404, 404, 401)]
    [InlineData("DELETE", "/sessions/ID/share", 204, 404, 404, 401)]
    [InlineData("POST", "/sessions/ID/end", 200, 404, 404, 401)]
    [InlineData("DELETE", "/sessions/ID", 204, 404, 404, 401)] // an admin finds nothing, because the owner comes last and has erased it
    public async Task Route_is_open_to_these(string method, string path, int owner, int admin, int other, int nobody)
    {
        var user = $"owner of {method} {path.Replace('/', ' ')}";
        var (session, token) = await Helped(user);
        var address = path.Replace("ID", session, StringComparison.Ordinal).Replace("TOKEN", token, StringComparison.Ordinal);
        var http = host.Node.Http;

        Assert.Equal(nobody, (await http.Rest(method, address, null)).Status);
        Assert.Equal(other, (await http.Rest(method, address, "other")).Status);
        if (method != "DELETE" || path.EndsWith("share", StringComparison.Ordinal))
            Assert.Equal(admin, (await http.Rest(method, address, "kim", "admin")).Status);
        Assert.Equal(owner, (await http.Rest(method, address, user)).Status);
        if (method == "DELETE" && !path.EndsWith("share", StringComparison.Ordinal))
            Assert.Equal(admin, (await http.Rest(method, address, "kim", "admin")).Status);
    }

    /// <summary>Only admins read notes; everybody who may read at all reads what the people have said.</summary>
    [Theory]
    [InlineData("/sessions/ID", "owner", false)]
    [InlineData("/sessions/ID", "admin", true)]
    [InlineData("/sessions/ID/export", "owner", false)]
    [InlineData("/sessions/ID/export", "admin", true)]
    [InlineData("/shared/TOKEN", "nobody", false)]
    [InlineData("/shared/TOKEN", "admin", false)]
    public async Task Notes_are_for_admins(string path, string reader, bool hasNote)
    {
        var user = $"noted {reader} {path.Replace('/', ' ')}";
        var (session, token) = await Helped(user);
        var address = path.Replace("ID", session, StringComparison.Ordinal).Replace("TOKEN", token, StringComparison.Ordinal);
        var read = reader switch
        {
            "owner" => await host.Node.Http.Rest("GET", address, user),
            "admin" => await host.Node.Http.Rest("GET", address, "kim", "admin"),
            _ => await host.Node.Http.Rest("GET", address, null),
        };

        Assert.Equal(200, read.Status);
        Assert.Equal(hasNote, read.Text.Contains(Note, StringComparison.Ordinal));
        Assert.Contains("A person writes.", read.Text);
    }

    /// <summary>A shared session in which an admin has left a message and a note.</summary>
    private async Task<(string Session, string Token)> Helped(string owner)
    {
        await using var user = await host.User(owner);
        var session = await user.Begin($"{owner} begins");
        await using var admin = await host.Admin("eve", session);
        await admin.Join();
        await admin.Do(new { type = "note", content = Note }, "n1");
        await admin.Do(new { type = "user_message", content = "A person writes." }, "a1");
        await admin.Leave();
        var shared = await host.Node.Http.Rest("POST", $"/sessions/{session}/share", owner);
        return (session, shared.Json.Text("share_token")!);
    }
}
