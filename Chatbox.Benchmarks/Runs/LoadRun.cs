using System.Text.Json;
using Chatbox.Benchmarks.Client;
using Chatbox.Benchmarks.Processes;

namespace Chatbox.Benchmarks.Runs;

/// <summary>The settings of a comparison under load.</summary>
internal sealed record LoadSettings
{
    /// <summary>The number of answers running at once, 1 to 5000.</summary>
    public required int Streams { get; init; }

    /// <summary>The time between two tokens of an answer, in whole milliseconds, 1 to 60000.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>The number of tokens per answer, 2 to 100000.</summary>
    public required int Tokens { get; init; }

    /// <summary>The number of measurements per target, 1 to 100; the targets take turns.</summary>
    public required int Rounds { get; init; }

    /// <summary>The number of viewers that read slowly or not at all, 0 to 5000.</summary>
    public int SlowViewers { get; init; }

    /// <summary>The number of files that are uploaded at once during the window, 0 to 100. Then the window lasts until all are confirmed.</summary>
    public int Uploads { get; init; }

    /// <summary>The size of each file.</summary>
    public int UploadBytes { get; init; }

    /// <summary>The pace of each upload; 0 for as fast as it goes.</summary>
    public int UploadBytesPerSecond { get; init; }

    /// <summary>
    /// Whether the server under test has the first core for itself, and its clients and the model share the second: what uploads cost the
    /// clients then does not count as the server's.
    /// </summary>
    public bool AreCoresSeparate { get; init; }

    public required TimeSpan WarmUp { get; init; }
    public required TimeSpan Window { get; init; }
    public required IReadOnlyList<Target> Targets { get; init; }

    /// <summary>The path of <c>Chatbox.Node.dll</c>.</summary>
    public required string Node { get; init; }

    public TimeSpan AnswerDuration => Interval * Tokens;
    public double OfferedTokensPerSecond => Streams / Interval.TotalSeconds;

    /// <summary>
    /// Settings of the .NET runtime, the same for all servers. Without them the node, as a web project, would use another garbage collector
    /// than the baselines.
    /// </summary>
    public static IReadOnlyDictionary<string, string> SameForAll { get; } = new Dictionary<string, string> { ["DOTNET_gcServer"] = "0" };

    /// <summary>
    /// Runtime settings of the model and the client, which share the cores with the server under test: no spinning, and no thread switch
    /// between a socket and its reader. Servers under test never get them, because their measurements must be those of a default server.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Lean { get; } =
        new Dictionary<string, string>
        {
            ["DOTNET_gcServer"] = "0",
            ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0",
            ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1",
        };
}

/// <summary>The measurement of one target in one round, counted from 1.</summary>
internal sealed record LoadMeasurement(int Round, Target Target, LoadResult Result);

/// <summary>Compares measurements under load.</summary>
internal static class LoadMeasurements
{
    /// <summary>
    /// One ratio for each round in which both were measured, because a temporary slowdown of the machine affects both sides of a round.
    /// </summary>
    public static IReadOnlyList<double> Ratios(
        this IEnumerable<LoadMeasurement> measurements,
        Target target,
        Target baseline,
        Func<LoadResult, double> value
    )
    {
        var all = measurements.ToLookup(m => m.Target);
        return [.. all[target].Join(all[baseline], m => m.Round, b => b.Round, (m, b) => value(m.Result) / value(b.Result))];
    }

    /// <summary>The value of each round of a target.</summary>
    public static IReadOnlyList<double> Of(this IEnumerable<LoadMeasurement> measurements, Target target, Func<LoadResult, double> value) =>
        [.. measurements.Where(m => m.Target == target).Select(m => value(m.Result))];
}

/// <summary>
/// Measures the targets in turn (A B C A B C), each time in fresh processes. A temporary disturbance of the machine then affects all
/// targets, and no target inherits warm pools or the heap of its previous turn.
/// </summary>
internal static class LoadRun
{
    public static async Task<IReadOnlyList<LoadMeasurement>> Run(
        LoadSettings settings,
        TextWriter progress,
        CancellationToken cancellationToken
    )
    {
        var measurements = new List<LoadMeasurement>();
        for (var round = 1; round <= settings.Rounds; round++)
        {
            foreach (var target in settings.Targets)
            {
                await progress.WriteLineAsync($"round {round} of {settings.Rounds}: {target}");
                measurements.Add(new LoadMeasurement(round, target, await Measure(settings, target, cancellationToken)));
            }
        }

        return measurements;
    }

    private static async Task<LoadResult> Measure(LoadSettings settings, Target target, CancellationToken cancellationToken)
    {
        var (serverCore, clientCore) = settings.AreCoresSeparate ? (0, 1) : ((int?)null, (int?)null);
        string[] pace = ["--interval", $"{settings.Interval.TotalMilliseconds}ms", "--tokens", $"{settings.Tokens}"];
        var (process, model) = await OwnProcess.Serve("model", pace, LoadSettings.Lean, cancellationToken, clientCore);
        await using var modelProcess = process;
        await using var server = await TargetProcess.Start(
            target,
            settings.Node,
            model,
            LoadSettings.SameForAll,
            cancellationToken,
            serverCore
        );
        var options = new LoadClientOptions
        {
            Servers = [server.Socket],
            Protocol = server.Protocol,
            JwtSecret = server.JwtSecret,
            Streams = settings.Streams,
            SlowViewers = settings.SlowViewers,
            Uploads = settings.Uploads,
            UploadBytes = settings.UploadBytes,
            UploadBytesPerSecond = settings.UploadBytesPerSecond,
            UploadCore = clientCore,
            Tokens = settings.Tokens,
            AnswerDuration = settings.AnswerDuration,
            WarmUp = settings.WarmUp,
            Window = settings.Window,
            ServerPids = [server.Pid],
            ModelPid = modelProcess.Pid,
        };
        try
        {
            var result = await OwnProcess.RunClient(
                ["load", JsonSerializer.Serialize(options)],
                LoadSettings.Lean,
                cancellationToken,
                clientCore
            );
            return JsonSerializer.Deserialize<LoadResult>(result)!;
        }
        catch (ChildFailedException)
        {
            // A crash of the server is the better explanation than the client's error that followed.
            await server.ThrowIfEnded();
            throw;
        }
    }
}
