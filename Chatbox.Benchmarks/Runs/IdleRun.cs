using System.Text.Json;
using Chatbox.Benchmarks.Client;
using Chatbox.Benchmarks.Measurement;
using Chatbox.Benchmarks.Processes;

namespace Chatbox.Benchmarks.Runs;

/// <summary>The settings of a comparison of memory per idle socket.</summary>
internal sealed record IdleSettings
{
    /// <summary>The number of sockets per target, 1 to 25000.</summary>
    public required int Sockets { get; init; }

    /// <summary>The time without activity before each measurement.</summary>
    public required TimeSpan Settle { get; init; }

    /// <summary>The time after the memory was measured and before the CPU is, in which a young server compiles what its timers run.</summary>
    public TimeSpan BeforeWatch { get; init; }

    /// <summary>The time in which the CPU of a silent server is measured; zero to leave it out.</summary>
    public TimeSpan Watch { get; init; }

    public required IReadOnlyList<Target> Targets { get; init; }

    /// <summary>The path of <c>Chatbox.Node.dll</c>.</summary>
    public required string Node { get; init; }

    /// <summary>
    /// Settings of the .NET runtime, the same for all servers. Generation 0 is limited to 4 MiB (the runtime reads the number as
    /// hexadecimal), because an idle server does not collect, and garbage of the handshakes would count as memory of the sockets.
    /// </summary>
    public IReadOnlyDictionary<string, string> Runtime { get; } =
        new Dictionary<string, string>
        {
            ["DOTNET_gcServer"] = "0",
            ["DOTNET_GCgen0size"] = "400000",
            ["DOTNET_GCgen0MaxBudget"] = "400000",
        };
}

/// <summary>The measurement of one target.</summary>
internal sealed record IdleMeasurement(Target Target, IdleResult Result);

/// <summary>Measures the growth of a server's memory from N silent sockets.</summary>
internal static class IdleRun
{
    // Open files besides the sockets: listeners, the journal, assemblies.
    private const int OtherFiles = 500;

    public static async Task<IReadOnlyList<IdleMeasurement>> Run(
        IdleSettings settings,
        TextWriter progress,
        CancellationToken cancellationToken
    )
    {
        if (Machine.OpenFileLimit() is var limit && limit < settings.Sockets + OtherFiles)
            throw new ChildFailedException(
                $"{settings.Sockets} sockets need as many open files, and the limit is {limit}: raise it with 'ulimit -n'."
            );

        var measurements = new List<IdleMeasurement>();
        foreach (var target in settings.Targets)
        {
            await progress.WriteLineAsync($"idle sockets: {target}");
            measurements.Add(new IdleMeasurement(target, await Measure(settings, target, cancellationToken)));
        }

        return measurements;
    }

    private static async Task<IdleResult> Measure(IdleSettings settings, Target target, CancellationToken cancellationToken)
    {
        // No socket asks a question, so the model need not exist.
        await using var server = await TargetProcess.Start(
            target,
            settings.Node,
            new Uri("http://127.0.0.1:9"),
            settings.Runtime,
            cancellationToken
        );
        var options = new IdleClientOptions
        {
            Servers = [server.Socket],
            Protocol = server.Protocol,
            JwtSecret = server.JwtSecret,
            Sockets = settings.Sockets,
            WarmUpSockets = Math.Min(1000, settings.Sockets),
            Settle = settings.Settle,
            BeforeWatch = settings.BeforeWatch,
            Watch = settings.Watch,
            ServerPids = [server.Pid],
        };
        try
        {
            var result = await OwnProcess.RunClient(["idle", JsonSerializer.Serialize(options)], settings.Runtime, cancellationToken);
            return JsonSerializer.Deserialize<IdleResult>(result)!;
        }
        catch (ChildFailedException)
        {
            await server.ThrowIfEnded();
            throw;
        }
    }
}
