using System.Text.Json;
using Chatbox.Benchmarks.Client;
using Chatbox.Benchmarks.Measurement;
using Chatbox.Benchmarks.Processes;

namespace Chatbox.Benchmarks;

/// <summary>One comparison of memory per idle socket.</summary>
internal sealed record IdleSettings
{
    /// <summary>Sockets on each target, 1 to 25000.</summary>
    public required int Sockets { get; init; }

    /// <summary>How long a server is left alone before each measurement.</summary>
    public required TimeSpan Settle { get; init; }

    public required IReadOnlyList<Target> Targets { get; init; }

    /// <summary>Path of <c>Chatbox.Node.dll</c>.</summary>
    public required string Node { get; init; }

    /// <summary>
    /// The runtime's settings, the same for all servers. The youngest generation is held to 4 MiB (hexadecimal, as the runtime reads them): an idle server does
    /// not collect, so what the handshakes left behind would otherwise count as sockets.
    /// </summary>
    public IReadOnlyDictionary<string, string> Runtime { get; } =
        new Dictionary<string, string>
        {
            ["DOTNET_gcServer"] = "0",
            ["DOTNET_GCgen0size"] = "400000",
            ["DOTNET_GCgen0MaxBudget"] = "400000",
        };
}

/// <summary>What one target needed.</summary>
internal sealed record IdleMeasurement(Target Target, IdleResult Result);

/// <summary>Measures how much more memory a server has in use once N silent sockets are open.</summary>
internal static class IdleRun
{
    // Listening sockets, the journal, assemblies: what a process opens besides its sockets.
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
        // Nobody asks anything, so no model has to be there.
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
