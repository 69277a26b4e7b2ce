using Chatbox.Tests.Cluster;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Sockets;

/// <summary>Many clients on a network that breaks often, with a node that is killed and restarted. Promises no-gap and once.</summary>
public sealed class CutSocketsTests
{
    private const int Questions = 2;
    private const int Seed = 20_261_123;

    private static readonly int Clients = Chaos.Size(80, 200);

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Clients_whose_sockets_are_cut_and_whose_node_dies_end_up_with_the_history_as_it_is_stored()
    {
        await using var models = await ScriptedModelServer.Start();
        models.Otherwise = request => CountingModel.Answer(request, TimeSpan.FromMilliseconds(20));
        await using var node = await NodeProcess.Start(
            new Dictionary<string, string>(models.ProviderSettings) { ["LLM_PROVIDER_1_MAX_CONCURRENT"] = "500" }
        );
        await using var network = new CuttingProxy(node.Address, Seed, 400, 9_000);
        using var deadline = new CancellationTokenSource(Deadline);
        var clients = Enumerable.Range(0, Clients).Select(n => new Talker($"cut {n}", Questions)).ToList();
        var talks = clients.Select(c => c.Talk(() => network.Address, deadline.Token)).ToList();
        foreach (var answered in new[] { Clients / 4, Clients / 2, Clients })
        {
            await Talker.UntilAnswered(clients, answered, deadline.Token);
            await node.Kill();
            await node.Start();
        }

        await Task.WhenAll(talks);

        Assert.True(network.Cuts > Clients, $"Only {network.Cuts} connections were cut (seed {Seed}).");
        foreach (var client in clients)
        {
            await client.AssertTranscript(CountingModel.AnswerTo, node.Http);
            await client.Client.DisposeAsync();
        }
    }
}
