using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Chatbox.Benchmarks.Processes;

/// <summary>
/// Starts a Chatbox node as in production, with its own journal in a temporary folder and with limits that do not interfere. Other
/// settings, such as another store, come from the environment of the benchmark.
/// </summary>
internal static class BenchmarkNode
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    /// <param name="environment">Settings of the .NET runtime, and additional settings of the node.</param>
    public static async Task<TargetProcess> Start(
        string node,
        Uri model,
        IReadOnlyDictionary<string, string> environment,
        CancellationToken cancellationToken,
        int? core = null
    )
    {
        if (!File.Exists(node))
            throw new ChildFailedException($"There is no {node}; build Chatbox.Node, or name another with --node.");

        var data = new TemporaryFolder();
        var port = FreePort();
        var settings = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["SERVER_PORT"] = $"{port}",
            ["OPERATOR_PORT"] = "0",
            ["DRAIN_DELAY"] = "0",
            ["DATA_DIR"] = data.Path,
            ["JWT_SECRET"] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
            ["RATE_LIMIT"] = "1000000",
            ["LLM_BREAKER_FAILURES"] = "1000",
            ["MAX_CONNECTIONS"] = "100000",
            ["LLM_PROVIDER_1_ID"] = "scripted",
            ["LLM_PROVIDER_1_NAME"] = "Scripted",
            ["LLM_PROVIDER_1_TYPE"] = "openai",
            ["LLM_PROVIDER_1_ENDPOINT"] = new Uri(model, "/v1").ToString(),
            ["LLM_PROVIDER_1_API_KEY"] = "benchmark",
            ["LLM_PROVIDER_1_MODEL"] = "scripted",
            ["LLM_PROVIDER_1_MAX_CONCURRENT"] = "10000",
        };
        foreach (var (key, value) in environment)
            settings[key] = value;
        var process = ChildProcess.Start("Chatbox.Node", node, [], settings, core);
        var started = Stopwatch.GetTimestamp();
        process.Ignore();
        TimeSpan startedIn;
        try
        {
            await WaitUntilReady(process, new Uri($"http://127.0.0.1:{port}/chatbox/readyz"), cancellationToken);
            startedIn = Stopwatch.GetElapsedTime(started);
        }
        catch (Exception failure)
        {
            await process.DisposeAsync();
            data.Dispose();
            if (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                throw new ChildFailedException($"Chatbox.Node was not ready within {ReadyWithin.TotalSeconds} s.\n{process.Tail()}");
            throw;
        }

        return new TargetProcess(
            process,
            new Uri($"ws://127.0.0.1:{port}/chatbox/ws"),
            ClientProtocol.WebSocket,
            settings["JWT_SECRET"],
            data
        )
        {
            StartedIn = startedIn,
        };
    }

    private static async Task WaitUntilReady(ChildProcess process, Uri readiness, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(ReadyWithin);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        while (true)
        {
            await process.ThrowIfEnded();
            try
            {
                using var answer = await http.GetAsync(readiness, deadline.Token);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // The node does not listen yet, or only tries whether its port is free.
            }

            await Task.Delay(PollInterval, deadline.Token);
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("chatbox-benchmark-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
