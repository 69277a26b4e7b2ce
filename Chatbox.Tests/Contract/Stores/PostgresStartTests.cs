using Chatbox.Node.Errors;
using Chatbox.Node.Stores.Postgres;
using Chatbox.Tests.Harness.Stores;
using Npgsql;

namespace Chatbox.Tests.Contract.Stores;

/// <summary>Starts on PostgreSQL that must fail, and which processes may share a database.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresStartTests(PostgresStores stores)
{
    private const string Password = "Tr0ub4dor-canary-9Zx";

    [FactRequiresPostgres]
    public async Task Database_that_does_not_answer_is_named_without_the_password()
    {
        var folder = Directory.CreateTempSubdirectory("chatbox-test-").FullName;
        var settings = TestNode.Settings(folder, port: 0);
        settings["POSTGRES_URI"] = $"postgres://me:{Password}@127.0.0.1:1/chat";
        settings["POSTGRES_RETRY_ATTEMPTS"] = "2";
        settings["STORE_WAIT"] = "0";

        var run = await StartupProcess.Run(folder, settings);
        Directory.Delete(folder, recursive: true);

        Assert.Equal(StartupException.ExitCode, run.ExitCode);
        Assert.Contains("POSTGRES_URI: the database cannot be used", run.Errors);
        Assert.DoesNotContain(Password, run.Output + run.Errors);
        Assert.DoesNotContain("   at ", run.Errors);
    }

    [FactRequiresPostgres]
    public async Task What_the_database_refuses_is_not_tried_again()
    {
        var address = new NpgsqlConnectionStringBuilder((await stores.Server).ConnectionString)
        {
            Database = "absent",
            Password = Password,
        };
        using var store = new PostgresStore(new PostgresOptions(address.ConnectionString, 100, TimeSpan.FromHours(1)));

        var refused = await Assert.ThrowsAsync<StartupException>(store.Prepare);

        Assert.Contains("\"absent\" does not exist", refused.Message);
        Assert.DoesNotContain(Password, refused.Message);
    }

    [FactRequiresPostgres]
    public async Task Nodes_share_the_database_but_not_with_somebody_who_must_be_alone()
    {
        await using var database = await PostgresTestStore.Make(await stores.Server);
        using var rekey = Open(database);
        await rekey.Hold(alone: true);
        using var early = Open(database);
        Assert.Contains("rekey", (await Assert.ThrowsAsync<StartupException>(() => early.Hold(alone: false))).Message);
        rekey.Dispose();

        using var one = Open(database);
        using var two = Open(database);
        await one.Hold(alone: false);
        await two.Hold(alone: false);
        using var late = Open(database);
        Assert.Contains("a node is running", (await Assert.ThrowsAsync<StartupException>(() => late.Hold(alone: true))).Message);
        Assert.Null(await one.FindFault(default));
    }

    [FactRequiresPostgres]
    public async Task Node_that_lost_its_hold_is_not_ready_while_somebody_is_alone_and_takes_it_again_afterwards()
    {
        await using var database = await PostgresTestStore.Make(await stores.Server);
        using var node = Open(database);
        await node.Hold(alone: false);
        database.Count(PostgresTestStore.CountHolds.Replace("*", "pg_terminate_backend(pid)", StringComparison.Ordinal));
        // The server ends the connection with a delay.
        await database.Until(PostgresTestStore.CountHolds, 0);

        using (var rekey = Open(database))
        {
            await rekey.Hold(alone: true);
            Assert.NotNull(await node.FindFault(default));
        }

        Assert.Null(await node.FindFault(default));
        using var late = Open(database);
        await Assert.ThrowsAsync<StartupException>(() => late.Hold(alone: true));
    }

    private static PostgresStore Open(PostgresTestStore database) => new(new PostgresOptions(database.ConnectionString, 0, TimeSpan.Zero));
}
