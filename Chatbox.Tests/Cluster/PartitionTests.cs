using Chatbox.Tests.Servers;
using Npgsql;

namespace Chatbox.Tests.Cluster;

/// <summary>A node is cut off from the others but still reaches the store and its clients. Promises once, order, no-gap.</summary>
[Collection(ClusterCollection.Name)]
public sealed class PartitionTests
{
    [FactRequiresNamespaces]
    public async Task Majority_goes_on_and_the_minority_stops_before_it_writes_what_the_others_write()
    {
        var rounds = Chaos.Size(1, 20);
        var network = await SplitNetwork.Start(3);
        await using var cluster = await NodeCluster.Start(network);
        for (var round = 0; round < rounds; round++)
        {
            // The first node is the oldest, which runs the shard coordinator.
            var n = round % 3;
            var people = Chaos.Size(20, round % 4 == 3 ? 100 : 20);
            await using var crowd = Crowd.Start(cluster, $"round {round}", people, 4, TimeSpan.FromMilliseconds(100));
            await crowd.UntilAnswered(people / 2);

            await network.CutOff(n);
            Assert.NotEqual(0, await cluster.Nodes[n].Exited());
            Assert.All(cluster.Nodes.Where((_, other) => other != n), node => Assert.False(node.HasExited, node.Output));

            // A platform restarts a stopped node at once. Not even the first seed may then form a cluster of its own.
            await cluster.Nodes[n].StartUnready();
            await cluster.Nodes[n].Http.RestUntil("/readyz", "anybody", a => a.Status == 503 && a.Text.Contains("waits until the members"));
            await network.Rejoin(n);
            await cluster.Nodes[n].UntilReady();

            await crowd.AssertComplete();
            Chaos.Report($"partition of one from two, {people} streams", crowd.Clients.Select(c => c.LongestPause));
            Assert.Equal(0, await PlacesWrittenTwice(cluster.Store));
        }
    }

    [FactRequiresNamespaces]
    public async Task Two_nodes_that_lose_only_the_link_between_them_cost_one_node()
    {
        var rounds = Chaos.Size(1, 10);
        var network = await SplitNetwork.Start(3);
        await using var cluster = await NodeCluster.Start(network);
        for (var round = 0; round < rounds; round++)
        {
            var (one, other) = (round % 3, (round + 1) % 3);
            await using var crowd = Crowd.Start(cluster, $"round {round}", 20, 4, TimeSpan.FromMilliseconds(100));
            await crowd.UntilAnswered(10);

            await network.CutLink(one, other);
            var gone = await Task.WhenAny(cluster.Nodes[one].Exited(), cluster.Nodes[other].Exited());
            Assert.NotEqual(0, await gone);
            await network.RestoreLink(one, other);

            var left = cluster.Nodes.Single(node => node.HasExited);
            await left.Start();
            await crowd.AssertComplete();
            Assert.All(cluster.Nodes, node => Assert.False(node.HasExited, node.Output));
            Chaos.Report("a cut link between two of three, 20 streams", crowd.Clients.Select(c => c.LongestPause));
            Assert.Equal(0, await PlacesWrittenTwice(cluster.Store));
        }
    }

    [FactRequiresNamespaces]
    public async Task Node_whose_address_refuses_connections_is_not_taken_for_dead_while_it_lives()
    {
        var network = await SplitNetwork.Start(3);
        await using var cluster = await NodeCluster.Start(network);
        await using var crowd = Crowd.Start(cluster, "person", 6, 3, TimeSpan.FromMilliseconds(100));
        await crowd.UntilAnswered(3);

        // Another machine has taken the address of the third node: nobody listens there, but the process lives and reaches the store.
        await network.TakeAddressOf(2);
        Assert.NotEqual(0, await cluster.Nodes[2].Exited());

        Assert.All(cluster.Nodes.Take(2), node => Assert.DoesNotContain("has ended, so this node downs it", node.Output));
        Assert.All(cluster.Nodes.Take(2), node => Assert.False(node.HasExited, node.Output));
        await network.ReturnAddressOf(2);
        await cluster.Nodes[2].Start();
        await crowd.AssertComplete();
        Assert.Equal(0, await PlacesWrittenTwice(cluster.Store));
    }

    private static async Task<long> PlacesWrittenTwice(PostgresServer store)
    {
        await using var source = NpgsqlDataSource.Create(store.ConnectionString);
        await using var command = source.CreateCommand(
            "SELECT count(*) FROM (SELECT 1 FROM journal GROUP BY persistence_id, sequence_number HAVING count(*) > 1) AS twice"
        );
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
