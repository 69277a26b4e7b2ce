using Chatbox.Node.Errors;
using Chatbox.Node.Stores.Postgres;
using Chatbox.Tests.Servers;
using Npgsql;

namespace Chatbox.Tests.Contract.Stores;

/// <summary>Users of PostgreSQL: one who changes tables and one who only writes rows; and a second user, with whom a password is changed.</summary>
public sealed class PostgresUsersTests : IAsyncLifetime
{
    private PostgresServer _server = null!;

    public async Task InitializeAsync()
    {
        if (Requirements.MissingPostgres is null)
            _server = await PostgresServer.Start();
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [FactRequiresPostgres]
    public async Task Node_runs_with_a_user_who_may_not_change_tables()
    {
        var (owner, writer) = await OwnerAndWriter();
        await using (var first = await Start(writer, ("POSTGRES_MIGRATION_URI", owner)))
            await Talk(first, "first");

        // The tables exist now, so a node does not need to know the owner.
        await using var second = await Start(writer);
        await Talk(second, "second");
        await using var refused = new NpgsqlConnection(PostgresAddress.ToConnectionString(writer, TimeSpan.FromSeconds(10), 5));
        await refused.OpenAsync();
        await using var drop = new NpgsqlCommand("ALTER TABLE sessions ADD COLUMN x integer", refused);
        Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => drop.ExecuteNonQueryAsync())).SqlState);
    }

    [FactRequiresPostgres]
    public async Task Migrate_command_prepares_the_tables_for_nodes_that_do_not_know_the_owner()
    {
        var (owner, writer) = await OwnerAndWriter();
        var early = await Run(writer);
        Assert.Equal(StartupException.ExitCode, early.ExitCode);
        Assert.Contains("the table journal is missing", early.Errors);

        for (var n = 0; n < 2; n++)
        {
            var run = await Run(writer, [("POSTGRES_MIGRATION_URI", owner)], "migrate");
            Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        }

        await using var node = await Start(writer);
        await Talk(node, "hello");
    }

    // As docs/operations.md describes it: both users act as the role that owns the tables.
    [FactRequiresPostgres]
    public async Task Password_is_changed_with_a_second_user_while_nodes_run()
    {
        var database = await Database();
        await _server.Execute("CREATE ROLE owner NOLOGIN");
        await _server.Execute($"ALTER DATABASE {database} OWNER TO owner");
        foreach (var user in new[] { "chatbox_a", "chatbox_b" })
        {
            await _server.Execute($"CREATE USER {user} PASSWORD 'secret' IN ROLE owner");
            await _server.Execute($"ALTER ROLE {user} SET role = owner");
        }

        await using var old = await Start(_server.UriOf("chatbox_a", "secret", database));
        await Talk(old, "before");
        await using var renewed = await Start(_server.UriOf("chatbox_b", "secret", database));
        await Talk(renewed, "beside");
        await Talk(old, "still");
        Assert.Equal(0, await old.Terminate());

        await _server.Execute("DROP USER chatbox_a");
        await renewed.Kill();
        await renewed.Start();
        await Talk(renewed, "after");
    }

    [FactRequiresPostgres]
    public async Task Pools_that_are_too_large_for_the_server_are_a_warning_at_the_start()
    {
        var database = await Database();
        await _server.Execute("CREATE USER few PASSWORD 'secret' CONNECTION LIMIT 20");
        await _server.Execute($"ALTER DATABASE {database} OWNER TO few");
        (string, string)[] quiet = [("LOG_LEVEL", "warn")];

        await using (var large = await Start(_server.UriOf("few", "secret", database), [.. quiet, ("POSTGRES_MAX_CONNECTIONS", "30")]))
            Assert.Contains("POSTGRES_MAX_CONNECTIONS is too large: 1 node can open 31 connections", large.Output);
        await using var small = await Start(_server.UriOf("few", "secret", database), [.. quiet, ("POSTGRES_MAX_CONNECTIONS", "9")]);
        Assert.DoesNotContain("too large", small.Output);
        await using var another = await Start(_server.UriOf("few", "secret", database), [.. quiet, ("POSTGRES_MAX_CONNECTIONS", "10")]);
        Assert.Contains("2 nodes can open 22 connections", another.Output);
    }

    private async Task<(string Owner, string Writer)> OwnerAndWriter()
    {
        var database = await Database();
        await _server.Execute("CREATE USER keeper PASSWORD 'secret'");
        await _server.Execute("CREATE USER writer PASSWORD 'secret'");
        await _server.Execute($"ALTER DATABASE {database} OWNER TO keeper");
        return (_server.UriOf("keeper", "secret", database), _server.UriOf("writer", "secret", database));
    }

    private async Task<string> Database() => new NpgsqlConnectionStringBuilder(await _server.CreateDatabase()).Database!;

    private static Task<NodeProcess> Start(string uri, params (string Key, string Value)[] more) => NodeProcess.Start(Settings(uri, more));

    private static async Task<StartupProcess.Result> Run(string uri, (string Key, string Value)[]? more = null, params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("chatbox-test-").FullName;
        var settings = TestNode.Settings(folder, Ports.Free());
        foreach (var (key, value) in Settings(uri, more ?? []))
            settings[key] = value;
        var run = await StartupProcess.Run(folder, settings, arguments);
        Directory.Delete(folder, recursive: true);
        return run;
    }

    private static Dictionary<string, string> Settings(string uri, (string Key, string Value)[] more)
    {
        var settings = new Dictionary<string, string> { ["STORE"] = "postgres", ["POSTGRES_URI"] = uri };
        foreach (var (key, value) in more)
            settings[key] = value;
        return settings;
    }

    private static async Task Talk(NodeProcess node, string text)
    {
        // Each text is another user's: the nodes of a test are not one cluster, and only one of them may write a journal.
        await using var client = await node.Connect(text);
        await client.Say(text, text);
        await client.NextDone();
    }
}
