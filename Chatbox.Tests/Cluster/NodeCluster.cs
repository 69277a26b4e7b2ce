using Chatbox.Tests.Contract;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Cluster;

/// <summary>Three nodes, each in a process of its own, that share a PostgreSQL server and a scripted model.</summary>
internal sealed class NodeCluster : IAsyncDisposable
{
    private NodeCluster(PostgresServer store, ScriptedModelServer models, IReadOnlyList<NodeProcess> nodes) =>
        (Store, Models, Nodes) = (store, models, nodes);

    public PostgresServer Store { get; }

    public ScriptedModelServer Models { get; }

    /// <summary>In the order of the seeds: the first is the oldest.</summary>
    public IReadOnlyList<NodeProcess> Nodes { get; }

    /// <summary>Starts all of it; every node is ready.</summary>
    /// <param name="settings">Configuration by environment name, over the usual one.</param>
    public static async Task<NodeCluster> Start(int count = 3, IReadOnlyDictionary<string, string>? settings = null)
    {
        var store = await PostgresServer.Start();
        var models = await ScriptedModelServer.StartAsync();
        var ports = Enumerable.Range(0, count).Select(_ => Ports.Free()).ToList();
        var seeds = string.Join(',', ports.Select(port => $"127.0.0.1:{port}"));
        var starting = ports.Select(port =>
        {
            var all = new Dictionary<string, string>
            {
                ["STORE"] = "postgres",
                ["POSTGRES_URI"] = store.Uri,
                ["CLUSTER_SEEDS"] = seeds,
                ["CLUSTER_HOST"] = "127.0.0.1",
                ["CLUSTER_PORT"] = $"{port}",
                ["LLM_PROVIDER_1_ID"] = "one",
                ["LLM_PROVIDER_1_TYPE"] = "openai",
                ["LLM_PROVIDER_1_ENDPOINT"] = models.Endpoint.ToString(),
                ["LLM_PROVIDER_1_API_KEY"] = "provider-key-of-this-test",
                ["LLM_PROVIDER_1_MODEL"] = "upstream",
                ["LLM_PROVIDER_1_MAX_CONCURRENT"] = "500",
            };
            foreach (var (key, value) in settings ?? new Dictionary<string, string>())
                all[key] = value;
            return NodeProcess.Start(all);
        });
        return new NodeCluster(store, models, await Task.WhenAll(starting));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
            await node.DisposeAsync();
        await Models.DisposeAsync();
        await Store.DisposeAsync();
    }
}
