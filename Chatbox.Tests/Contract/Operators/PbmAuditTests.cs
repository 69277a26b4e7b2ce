using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Chatbox.Tests.Contract.Operators;

/// <summary>Operators act under their own names, and check the audit trail.</summary>
public sealed class PbmAuditTests
{
    private const string Shared = "0f9a2c7d51e84b36";
    private const string OfZoe = "7c0d5b1e9f3a4826";

    [Fact]
    public async Task Operator_with_a_token_is_recorded_by_name_and_without_one_as_told()
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(OfZoe)));
        await using var node = await TestNode.Start(
            new Dictionary<string, string> { ["OPERATOR_TOKEN"] = Shared, ["OPERATOR_ACCOUNTS"] = $"zoe:{hash}" }
        );
        var (address, session) = (PbmRun.AddressOf(node), await Begin(node));

        Assert.Equal(4, (await PbmRun.At(address, "session", "show", session)).Exit);
        Assert.Equal(0, (await PbmRun.With(address, OfZoe, "", "session", "show", session, "--operator", "mallory")).Exit);
        Assert.Equal(0, (await PbmRun.With(address, Shared, "", "session", "export", session, "--operator", "Jürgen")).Exit);
        Assert.Equal(0, (await PbmRun.With(address, Shared, "", "user", "disconnect", "bob", "--operator", "")).Exit);

        var list = await PbmRun.With(address, OfZoe, "", "audit", "list", "--json");
        Assert.Equal(
            [
                "operator:zoe operator audit.list",
                "operator unverified_operator user.disconnect",
                "operator:Jürgen unverified_operator session.export",
                "operator:zoe operator session.read",
            ],
            list.Json.GetProperty("records").EnumerateArray().Select(r => $"{r.Text("actor")} {r.Text("actor_kind")} {r.Text("kind")}")
        );
        Assert.All(list.Json.GetProperty("records").EnumerateArray(), r => Assert.Equal("127.0.0.1", r.Text("address")));
    }

    [Fact]
    public async Task Every_command_about_sessions_and_users_is_recorded()
    {
        await using var node = await TestNode.Start();
        var session = await Begin(node);
        string[][] commands =
        [
            ["session", "list"],
            ["session", "show", session],
            ["session", "export", session],
            ["session", "takeover", session],
            ["session", "release", session],
            ["session", "end", session],
            ["session", "erase", session, "--yes"],
            ["user", "disconnect", "alice"],
        ];
        foreach (var command in commands)
            Assert.Equal(0, (await PbmRun.Of(node, [.. command, "--operator", "eva"])).Exit);

        var list = await PbmRun.Of(node, "audit", "list", "--admin", "operator:eva", "--json", "--operator", "other");
        Assert.Equal(
            [
                "user.disconnect",
                "session.erase",
                "session.end",
                "session.release",
                "session.takeover",
                "session.export",
                "session.read",
                "session.list",
            ],
            list.Json.GetProperty("records").EnumerateArray().Select(r => r.Text("kind"))
        );
        Assert.Contains("session.erase", (await PbmRun.Of(node, "audit", "list", "--session", session)).Output);
        var wrong = await PbmRun.Of(node, "audit", "list", "--kind", "session.look");
        Assert.Equal((1, true), (wrong.Exit, wrong.Error.StartsWith("kind must be one of", StringComparison.Ordinal)));
    }

    // A user may have the very id under which operators act.
    [Fact]
    public async Task Session_of_a_user_with_the_id_of_an_operator_is_not_the_operators_own()
    {
        await using var node = await TestNode.Start();
        var session = await Begin(node, "operator:eva");

        Assert.Equal(0, (await PbmRun.Of(node, "session", "show", session, "--operator", "eva")).Exit);

        Assert.Contains("session.read", (await PbmRun.Of(node, "audit", "list", "--session", session)).Output);
    }

    [Fact]
    public async Task Trail_is_verified_against_itself_and_against_a_head_that_was_kept()
    {
        await using var node = await TestNode.Start();
        var session = await Begin(node);
        for (var n = 0; n < 3; n++)
            await PbmRun.Of(node, "session", "show", session);

        var intact = await PbmRun.Of(node, "audit", "verify", "--json");
        Assert.Equal((0, 4L), (intact.Exit, intact.Json.GetProperty("checked").GetInt64()));
        var head = intact.Json.Text("head")!;
        Assert.Equal(0, (await PbmRun.Of(node, "audit", "verify", "--head", head)).Exit);
        var other = await PbmRun.Of(node, "audit", "verify", "--head", $"2.{head[2..]}");
        Assert.Equal((5, "The audit trail is broken at record 2: changed."), (other.Exit, other.Error.Trim()));

        using (
            var connection = new SqliteConnection(
                Chatbox.Node.Stores.Sqlite.SqliteHosting.ConnectionString(node.Options.Store.DataDirectory)
            )
        )
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "DROP TRIGGER audit_append_only_delete; DELETE FROM audit WHERE number = 2";
            command.ExecuteNonQuery();
        }

        var broken = await PbmRun.Of(node, "audit", "verify");
        Assert.Equal((5, "The audit trail is broken at record 2: removed."), (broken.Exit, broken.Error.Trim()));
    }

    [Fact]
    public async Task Name_that_cannot_be_one_is_refused()
    {
        await using var node = await TestNode.Start();
        var run = await PbmRun.Of(node, "session", "list", "--operator", new string('x', 65));
        Assert.Equal(1, run.Exit);
        Assert.Contains("Chatbox-Operator must be", run.Error);
    }

    private static async Task<string> Begin(TestNode node, string user = "alice")
    {
        await using var client = await node.Connect(user);
        await client.Say("the word is herbs", "1");
        var session = (await client.NextDone()).Text("session_id")!;
        await node.Http.RestUntil($"/sessions/{session}", user, a => a.Status == 200 && a.Text.Contains("herbs"));
        return session;
    }
}
