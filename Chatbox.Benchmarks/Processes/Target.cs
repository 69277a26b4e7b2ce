using Chatbox.Benchmarks.Baselines;
using Chatbox.Benchmarks.Loopback;

namespace Chatbox.Benchmarks.Processes;

/// <summary>The servers that can be compared.</summary>
internal enum Target
{
    Relay,
    SignalR,
    Chatbox,

    /// <summary>The raw relay with the pace of Chatbox.</summary>
    PacedRelay,

    /// <summary>Chatbox without a pace, like the raw relay.</summary>
    UnpacedChatbox,
}

/// <summary>A server under test in its own process.</summary>
internal sealed class TargetProcess(ChildProcess process, Uri socket, ClientProtocol protocol, string? jwtSecret, IDisposable? data = null)
    : IAsyncDisposable
{
    /// <summary>The default of <c>STREAM_PIECE_INTERVAL</c>.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(33);

    public int Pid => process.Pid;
    public Uri Socket => socket;
    public ClientProtocol Protocol => protocol;
    public string? JwtSecret => jwtSecret;

    /// <summary>The time from the start of the process until it was ready; zero for a baseline.</summary>
    public TimeSpan StartedIn { get; init; }

    public Task ThrowIfEnded() => process.ThrowIfEnded();

    /// <inheritdoc cref="ChildProcess.Tail" />
    public string Tail() => process.Tail();

    /// <param name="node">The path of <c>Chatbox.Node.dll</c>, used only by <see cref="Target.Chatbox"/>.</param>
    /// <param name="model">The address of the scripted model.</param>
    /// <param name="runtime">Settings of the .NET runtime, the same for every target.</param>
    /// <param name="core"><inheritdoc cref="ChildProcess.Start" path="/param[@name='core']" /></param>
    public static Task<TargetProcess> Start(
        Target target,
        string node,
        Uri model,
        IReadOnlyDictionary<string, string> runtime,
        CancellationToken cancellationToken,
        int? core = null
    ) =>
        target switch
        {
            Target.Relay => StartBaseline("relay", [], model, RelayServer.Path, ClientProtocol.WebSocket, runtime, cancellationToken, core),
            Target.PacedRelay => StartBaseline(
                "relay",
                ["--pace", $"{Pace.TotalMilliseconds}ms"],
                model,
                RelayServer.Path,
                ClientProtocol.WebSocket,
                runtime,
                cancellationToken,
                core
            ),
            Target.SignalR => StartBaseline(
                "signalr",
                [],
                model,
                SignalRServer.Path,
                ClientProtocol.SignalR,
                runtime,
                cancellationToken,
                core
            ),
            Target.Chatbox => BenchmarkNode.Start(node, model, runtime, cancellationToken, core),
            Target.UnpacedChatbox => BenchmarkNode.Start(
                node,
                model,
                new Dictionary<string, string>(runtime) { ["STREAM_PIECE_INTERVAL"] = "0" },
                cancellationToken,
                core
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(target)),
        };

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        data?.Dispose();
    }

    private static async Task<TargetProcess> StartBaseline(
        string role,
        string[] arguments,
        Uri model,
        string path,
        ClientProtocol protocol,
        IReadOnlyDictionary<string, string> runtime,
        CancellationToken cancellationToken,
        int? core = null
    )
    {
        var (process, address) = await OwnProcess.Serve(
            role,
            ["--model", model.ToString(), .. arguments],
            runtime,
            cancellationToken,
            core
        );
        return new TargetProcess(process, address.Socket(path), protocol, jwtSecret: null);
    }
}
