using Chatbox.Tests.Contract;
using Chatbox.Tests.Contract.Rest;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Cluster;

/// <summary>Three nodes are one service: through any of them, and while any of them dies or is replaced.</summary>
[Collection(ClusterCollection.Name)]
public sealed class ClusterTests
{
    private const int Clients = 30;
    private const int Questions = 3;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    [FactRequiresPostgres]
    public async Task Session_is_the_same_through_every_node_and_sockets_are_counted_over_all_of_them()
    {
        await using var cluster = await NodeCluster.Start();
        cluster.Models.Otherwise = _ => ModelScript.Answer("Well, ", "well.");
        var devices = new List<CrashClient>();
        foreach (var node in cluster.Nodes)
        {
            devices.Add(new CrashClient("alice"));
            await devices[^1].Connect(node);
        }

        for (var n = 0; n < 3; n++)
        {
            await devices[n].Say($"from device {n}", $"d{n}");
            foreach (var device in devices)
                await device.Until(n + 1, n + 1);
        }

        Assert.All(devices, d => Assert.Equal(devices[0].Questions.Concat(devices[0].Answers), d.Questions.Concat(d.Answers)));
        foreach (var node in cluster.Nodes)
            await node.Http.RestUntil(
                $"/sessions/{devices[0].SessionId}",
                "alice",
                a => a.Status == 200 && a.Json.GetProperty("messages").GetArrayLength() == 6
            );

        for (var n = devices.Count; n < 10; n++)
        {
            devices.Add(new CrashClient("alice"));
            await devices[^1].Connect(cluster.Nodes[n % 3]);
        }

        Assert.All(
            await Task.WhenAll(cluster.Nodes.Select(node => Upgrade.Status(node.Http, TestNode.Token("alice")))),
            status => Assert.Equal(429, status)
        );
        foreach (var device in devices)
            await device.DisposeAsync();
    }

    [FactRequiresPostgres]
    public async Task Nodes_are_killed_and_replaced_under_load_and_nobody_misses_a_word()
    {
        await using var cluster = await NodeCluster.Start();
        cluster.Models.Otherwise = request => CountingModel.Answer(request, TimeSpan.FromMilliseconds(100));
        using var deadline = new CancellationTokenSource(Deadline);
        var clients = Enumerable.Range(0, Clients).Select(n => new Talker($"person {n}", Questions)).ToList();
        var talks = clients.Select((c, n) => c.Talk(cluster.NextFrom(n), deadline.Token)).ToList();

        // The oldest, which hands out the shards, is killed; one leaves as it should; and the one that has the most is killed again.
        await Talker.UntilAnswered(clients, Clients / 3, deadline.Token);
        await cluster.Nodes[0].Kill();
        await cluster.Nodes[0].Start();
        await Talker.UntilAnswered(clients, Clients, deadline.Token);
        Assert.Equal(0, await cluster.Nodes[1].Terminate());
        await cluster.Nodes[1].Start();
        await cluster.Nodes[2].Kill();

        await Task.WhenAll(talks);
        foreach (var client in clients)
        {
            await client.AssertTranscript(CountingModel.AnswerTo, cluster.Nodes[0].Http);
            await client.Client.DisposeAsync();
        }
    }
}
