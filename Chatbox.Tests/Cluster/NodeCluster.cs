using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Cluster;

/// <summary>Nodes in processes of their own that share a PostgreSQL server and a scripted model.</summary>
internal sealed class NodeCluster : IAsyncDisposable
{
    private readonly SplitNetwork? _network;
    private readonly string _certificates = Directory.CreateTempSubdirectory("chatbox-certificates-").FullName;

    private NodeCluster(SplitNetwork? network, PostgresServer store, ScriptedModelServer models)
    {
        (_network, Store, Models) = (network, store, models);
        Authority = new CertificateAuthority(_certificates, "authority");
    }

    public PostgresServer Store { get; }

    public ScriptedModelServer Models { get; }

    /// <summary>The cluster addresses of the nodes, in the order of <see cref="Nodes"/>.</summary>
    public IReadOnlyList<string> ClusterAddresses { get; private set; } = [];

    /// <summary>Signs the nodes' certificates. The nodes use TLS, as in production, unless the settings say otherwise.</summary>
    public CertificateAuthority Authority { get; }

    /// <summary>The nodes in the order of the seeds; the first is the oldest.</summary>
    public IReadOnlyList<NodeProcess> Nodes { get; private set; } = [];

    /// <summary>Starts the server, the model and the nodes on loopback and waits until every node is ready.</summary>
    /// <param name="settings">Settings by environment name that override the defaults.</param>
    public static async Task<NodeCluster> Start(int count = 3, IReadOnlyDictionary<string, string>? settings = null)
    {
        var cluster = new NodeCluster(null, await PostgresServer.Start(), await ScriptedModelServer.Start());
        await cluster.StartNodes([.. Enumerable.Repeat("127.0.0.1", count)], (_, all) => NodeProcess.Start(all), settings);
        return cluster;
    }

    /// <summary>Starts the nodes on a network that a test can partition. The cluster disposes of the network.</summary>
    public static async Task<NodeCluster> Start(SplitNetwork network)
    {
        var cluster = new NodeCluster(network, await PostgresServer.Start(network.Host), await ScriptedModelServer.Start(network.Host));
        await cluster.StartNodes(
            [.. Enumerable.Range(0, network.Count).Select(network.ClusterAddress)],
            (n, all) =>
            {
                all["SERVER_HOST"] = network.OuterAddress(n);
                return NodeProcess.Start(all, network.Launcher(n));
            },
            null
        );
        return cluster;
    }

    /// <summary>Cycles through the nodes' addresses, as a client without a proxy does.</summary>
    public Func<Uri> NextFrom(int first) => () => Nodes[first++ % Nodes.Count].Address;

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
            await node.DisposeAsync();
        await Models.DisposeAsync();
        await Store.DisposeAsync();
        if (_network is not null)
            await _network.DisposeAsync();
        Authority.Dispose();
        Directory.Delete(_certificates, recursive: true);

        // A refused message is lost without any other sign, so the allow list of what nodes exchange must be complete.
        var refused = Nodes.SelectMany(node => node.Output.Split('\n')).FirstOrDefault(line => line.Contains("Deserialization failed"));
        if (refused is not null)
            throw new InvalidOperationException($"A node did not read what another one said: {refused}");
    }

    private async Task StartNodes(
        IReadOnlyList<string> hosts,
        Func<int, Dictionary<string, string>, Task<NodeProcess>> start,
        IReadOnlyDictionary<string, string>? settings
    )
    {
        var ports = hosts.Select(_ => Ports.Free()).ToList();
        ClusterAddresses = [.. hosts.Zip(ports, (host, port) => $"{host}:{port}")];
        Nodes = await Task.WhenAll(hosts.Select((host, n) => start(n, Settings(host, ports[n], settings))));
    }

    private Dictionary<string, string> Settings(string host, int port, IReadOnlyDictionary<string, string>? settings)
    {
        var (certificate, privateKey) = Authority.Sign($"node-{port}");
        var all = new Dictionary<string, string>(Models.ProviderSettings)
        {
            ["CLUSTER_TLS_CERTIFICATE"] = certificate,
            ["CLUSTER_TLS_KEY"] = privateKey,
            ["CLUSTER_TLS_CA"] = Authority.File,
            ["LOG_LEVEL"] = "info",
            ["STORE"] = "postgres",
            ["POSTGRES_URI"] = Store.Uri,
            ["CLUSTER_SEEDS"] = string.Join(',', ClusterAddresses),
            ["CLUSTER_HOST"] = host,
            ["CLUSTER_PORT"] = $"{port}",
            ["LLM_PROVIDER_1_MAX_CONCURRENT"] = "500",
        };
        foreach (var (key, value) in settings ?? new Dictionary<string, string>())
            all[key] = value;
        return all;
    }
}
