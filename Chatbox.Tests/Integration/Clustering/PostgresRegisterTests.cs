using Chatbox.Node.Clustering.Links;
using Chatbox.Node.Stores.Postgres;
using Chatbox.Tests.Servers;
using Npgsql;

namespace Chatbox.Tests.Integration.Clustering;

/// <summary>What the register promises to nodes that start.</summary>
public sealed class PostgresRegisterTests
{
    [FactRequiresPostgres]
    public async Task Of_nodes_that_want_to_form_the_cluster_at_the_same_time_one_is_granted_it()
    {
        await using var server = await PostgresServer.Start();
        var register = await RegisterOn(server);
        var nodes = Enumerable.Range(0, 8).Select(n => new ClusterAddress($"node-{n}", 4053)).ToList();

        var granted = await Task.WhenAll(nodes.Select(node => register.TryForm(node, CancellationToken.None)));

        var former = nodes[Array.IndexOf(granted, true)];
        Assert.Single(granted, true);
        Assert.All(nodes.Where(node => node != former), node => Assert.Equal([former], register.Others(node, default).Result));
        Assert.True(await register.TryForm(former, CancellationToken.None), "The same node may try again.");
    }

    [FactRequiresPostgres]
    public async Task Nodes_that_start_see_each_other_and_are_no_members()
    {
        await using var server = await PostgresServer.Start();
        var register = await RegisterOn(server);
        var (one, two) = (new ClusterAddress("one", 4053), new ClusterAddress("::1", 4054));

        Assert.Empty(await register.Announce(one, CancellationToken.None));
        Assert.Equal([one], await register.Announce(two, CancellationToken.None));
        Assert.Equal([two], await register.Announce(one, CancellationToken.None));
        Assert.Empty(await register.Others(one, CancellationToken.None));
    }

    [FactRequiresPostgres]
    public async Task Process_that_ends_is_known_to_have_ended_and_a_process_that_lives_is_not()
    {
        await using var server = await PostgresServer.Start();
        var (node, others) = (new ClusterAddress("one", 4053), await RegisterOn(server));
        using var presence = new PostgresPresence(server.ConnectionString);
        Assert.True(await presence.IsShared(CancellationToken.None));
        var register = new PostgresRegister(server.ConnectionString, presence);
        const int incarnation = -1_771_234_567;

        Assert.False(await others.HasLost(node, incarnation, CancellationToken.None), "A node that has claimed nothing.");
        await register.Renew(node, incarnation, CancellationToken.None);
        await register.Renew(node, incarnation, CancellationToken.None);
        Assert.False(await others.HasLost(node, incarnation, CancellationToken.None), "A living node.");

        presence.Connection!.Close();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var pause = new GrowingPause();
        while (!await others.HasLost(node, incarnation, deadline.Token))
            await pause.Next();
        Assert.False(await others.HasLost(node, 7, CancellationToken.None), "Another incarnation.");

        // The node was alive: its next check takes the lock again.
        Assert.True(await presence.IsShared(CancellationToken.None));
        Assert.False(await others.HasLost(node, incarnation, CancellationToken.None), "A node whose connection has come back.");
    }

    private static async Task<PostgresRegister> RegisterOn(PostgresServer server)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        foreach (var table in PostgresRegister.Tables)
        {
            await using var command = source.CreateCommand(table);
            await command.ExecuteNonQueryAsync();
        }

        return new PostgresRegister(server.ConnectionString, new PostgresPresence(server.ConnectionString));
    }
}
