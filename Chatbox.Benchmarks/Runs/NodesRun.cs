using System.Security.Cryptography;
using System.Text.Json;
using Chatbox.Benchmarks.Client;
using Chatbox.Benchmarks.Processes;

namespace Chatbox.Benchmarks.Runs;

/// <summary>The measurements of a cluster of <paramref name="Nodes"/> nodes, all nodes together.</summary>
internal sealed record NodesMeasurement(int Nodes, IdleResult Idle, LoadResult Load);

/// <summary>Runs the same sockets and the same answers on one node, and on several nodes that share a PostgreSQL database.</summary>
internal static class NodesRun
{
    private const string Loopback = "127.0.0.1";

    public static async Task<IReadOnlyList<NodesMeasurement>> Run(
        string postgres,
        IReadOnlyList<int> counts,
        IdleSettings idle,
        LoadSettings load,
        TextWriter progress,
        CancellationToken cancellationToken
    )
    {
        var measurements = new List<NodesMeasurement>();
        foreach (var count in counts)
        {
            await progress.WriteLineAsync($"{count} nodes: {idle.Sockets} idle sockets");
            var silent = await OnNodes(
                count,
                postgres,
                idle.Node,
                new Uri($"http://{Loopback}:9"),
                idle.Runtime,
                nodes => Idle(idle, nodes, cancellationToken),
                cancellationToken
            );
            await progress.WriteLineAsync($"{count} nodes: {load.Streams} answers at once");
            string[] pace = ["--interval", $"{load.Interval.TotalMilliseconds}ms", "--tokens", $"{load.Tokens}"];
            var (process, model) = await OwnProcess.Serve("model", pace, LoadSettings.Lean, cancellationToken);
            await using var modelProcess = process;
            var busy = await OnNodes(
                count,
                postgres,
                load.Node,
                model,
                LoadSettings.SameForAll,
                nodes => Load(load, nodes, modelProcess.Pid, cancellationToken),
                cancellationToken
            );
            measurements.Add(new NodesMeasurement(count, silent, busy));
        }

        return measurements;
    }

    private static async Task<IdleResult> Idle(
        IdleSettings settings,
        IReadOnlyList<TargetProcess> nodes,
        CancellationToken cancellationToken
    )
    {
        var options = new IdleClientOptions
        {
            Servers = [.. nodes.Select(node => node.Socket)],
            Protocol = ClientProtocol.WebSocket,
            JwtSecret = nodes[0].JwtSecret,
            Sockets = settings.Sockets,
            WarmUpSockets = Math.Min(1000, settings.Sockets),
            Settle = settings.Settle,
            ServerPids = [.. nodes.Select(node => node.Pid)],
        };
        var result = await OwnProcess.RunClient(["idle", JsonSerializer.Serialize(options)], settings.Runtime, cancellationToken);
        return JsonSerializer.Deserialize<IdleResult>(result)!;
    }

    private static async Task<LoadResult> Load(
        LoadSettings settings,
        IReadOnlyList<TargetProcess> nodes,
        int model,
        CancellationToken cancellationToken
    )
    {
        var options = new LoadClientOptions
        {
            Servers = [.. nodes.Select(node => node.Socket)],
            Protocol = ClientProtocol.WebSocket,
            JwtSecret = nodes[0].JwtSecret,
            Streams = settings.Streams,
            SlowViewers = 0,
            Tokens = settings.Tokens,
            AnswerDuration = settings.AnswerDuration,
            WarmUp = settings.WarmUp,
            Window = settings.Window,
            ServerPids = [.. nodes.Select(node => node.Pid)],
            ModelPid = model,
        };
        var result = await OwnProcess.RunClient(["load", JsonSerializer.Serialize(options)], LoadSettings.Lean, cancellationToken);
        return JsonSerializer.Deserialize<LoadResult>(result)!;
    }

    /// <summary>Starts the nodes, the first of which forms the cluster, and stops them after the measurement.</summary>
    private static async Task<T> OnNodes<T>(
        int count,
        string postgres,
        string node,
        Uri model,
        IReadOnlyDictionary<string, string> runtime,
        Func<IReadOnlyList<TargetProcess>, Task<T>> measure,
        CancellationToken cancellationToken
    )
    {
        await using var database = await TemporaryDatabase.Create(postgres, cancellationToken);
        var ports = Enumerable.Range(0, count).Select(_ => BenchmarkNode.FreePort()).ToList();
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var nodes = new List<TargetProcess>();
        try
        {
            foreach (var port in ports)
            {
                var environment = new Dictionary<string, string>(runtime)
                {
                    ["STORE"] = "postgres",
                    ["POSTGRES_URI"] = database.ConnectionString,
                    ["JWT_SECRET"] = secret,
                    ["CLUSTER_SEEDS"] = string.Join(',', ports.Select(p => $"{Loopback}:{p}")),
                    ["CLUSTER_HOST"] = Loopback,
                    ["CLUSTER_PORT"] = $"{port}",
                };
                nodes.Add(await BenchmarkNode.Start(node, model, environment, cancellationToken));
            }

            try
            {
                return await measure(nodes);
            }
            catch (ChildFailedException failure)
            {
                // The client's error has its cause in a node.
                throw new ChildFailedException(
                    string.Join('\n', [failure.Message, .. nodes.Select((server, n) => $"Node {n + 1} wrote last:\n{server.Tail()}")])
                );
            }
        }
        finally
        {
            foreach (var server in nodes)
                await server.DisposeAsync();
        }
    }
}
