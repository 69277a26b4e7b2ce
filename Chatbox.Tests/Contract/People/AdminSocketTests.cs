using Microsoft.Data.Sqlite;

namespace Chatbox.Tests.Contract.People;

/// <summary>What lets an admin's socket look at another's session, and for how long. Protocol sections 2 and 3.</summary>
public sealed class AdminSocketTests(PeopleNode host) : IClassFixture<PeopleNode>
{
    [Fact]
    public async Task Watching_is_in_the_audit_before_anything_is_shown()
    {
        await using var user = await host.User("ann");
        var session = await user.Begin("ann begins");
        Assert.Equal(0, Audited(session, "session.watch"));
        await using (await host.Admin("kim", session))
            Assert.Equal(1, Audited(session, "session.watch"));

        await host.Rest("POST", $"/admin/takeover/{session}", "kim");
        await host.Rest("POST", $"/admin/transfer/{session}", "kim", new { admin_id = "eve" });
        await host.Rest("POST", $"/admin/leave/{session}", "kim");
        Assert.All(["session.takeover", "session.transfer", "session.leave"], action => Assert.Equal(1, Audited(session, action)));
    }

    [Fact]
    public async Task Own_conversation_of_an_admin_is_no_matter_for_the_audit()
    {
        await using var own = await TestClient.Connect(host.Node.Address, PeopleNode.AdminToken("ola"));
        await own.Next("connection_status");
        var session = await own.Begin("ola begins");
        await using (var again = await host.Admin("ola", session))
            Assert.Null(again.Seen[0].Metadata("role"));
        Assert.Equal(0, Audited(session, "session.watch"));
    }

    [Fact]
    public async Task Socket_whose_new_token_lacks_the_role_closes()
    {
        await using var user = await host.User("bob");
        var session = await user.Begin("bob begins");
        await using var admin = await host.Admin("kim", session);
        await admin.Send(new { type = "token_refresh", content = PeopleNode.AdminToken("kim") });
        await admin.SendText("""{"type":"ping"}""");
        await admin.Next("pong"); // still an admin

        await admin.Send(new { type = "token_refresh", content = TestNode.Token("kim") });
        var error = await admin.Next("error");
        Assert.Equal(("INVALID_TOKEN", "content"), (error.ErrorCode(), error.Metadata("field")));
        await admin.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(4001, (int?)admin.CloseStatus);
    }

    private long Audited(string session, string action)
    {
        var address = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(host.Node.Options.Store.DataDirectory, "chatbox.db"),
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        };
        using var connection = new SqliteConnection(address.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM audit WHERE session_id = $session AND action = $action";
        command.Parameters.AddWithValue("$session", session);
        command.Parameters.AddWithValue("$action", action);
        return (long)command.ExecuteScalar()!;
    }
}
