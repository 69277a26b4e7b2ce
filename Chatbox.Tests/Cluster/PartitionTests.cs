using Chatbox.Tests.Contract;
using Chatbox.Tests.Contract.Rest;
using Chatbox.Tests.Servers;
using Npgsql;

namespace Chatbox.Tests.Cluster;

/// <summary>A node that the others cannot reach, and that still reaches the store and its clients. Promises once, order, no-gap.</summary>
[Collection(ClusterCollection.Name)]
public sealed class PartitionTests
{
    private const int Clients = 20;
    private const int Questions = 4;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    [FactRequiresNamespaces]
    public async Task Majority_goes_on_and_the_minority_stops_before_it_writes_what_the_others_write()
    {
        var network = await SplitNetwork.Start(3);
        await using var cluster = await NodeCluster.Start(network);
        cluster.Models.Otherwise = request => CountingModel.Answer(request, TimeSpan.FromMilliseconds(100));
        using var deadline = new CancellationTokenSource(Deadline);
        var clients = Enumerable.Range(0, Clients).Select(n => new Talker($"person {n}", Questions)).ToList();
        var talks = clients.Select((client, n) => client.Talk(cluster.NextFrom(n), deadline.Token)).ToList();
        await Talker.UntilAnswered(clients, Clients / 2, deadline.Token);

        // The oldest, which hands out the shards.
        await network.CutOff(0);
        Assert.NotEqual(0, await cluster.Nodes[0].Exited());
        Assert.All(cluster.Nodes.Skip(1), node => Assert.False(node.HasExited));

        // Started again at once, as a platform does, the first of the seeds must not take itself for the cluster.
        await cluster.Nodes[0].StartUnready();
        await cluster.Nodes[0].Http.RestUntil("/readyz", "alice", a => a.Status == 503 && a.Text.Contains("waits for the members"));
        await network.Rejoin(0);
        await Ready.Wait(cluster.Nodes[0].Http);

        await Task.WhenAll(talks);
        foreach (var client in clients)
        {
            await client.AssertTranscript(CountingModel.AnswerTo, cluster.Nodes[0].Http);
            await client.Client.DisposeAsync();
        }

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
