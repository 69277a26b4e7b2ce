using System.Text.Json;
using Chatbox.Benchmarks.Client;
using Chatbox.Benchmarks.Measurement;
using Chatbox.Benchmarks.Processes;

namespace Chatbox.Benchmarks.Runs;

/// <summary>The settings of a comparison of questions that come in the same instant.</summary>
internal sealed record BurstSettings
{
    /// <summary>The number of people who ask in the same instant, 1 to 5000.</summary>
    public required int People { get; init; }

    /// <summary>The number of bursts that warm the server up; the first of them is one person alone.</summary>
    public required int WarmUpBursts { get; init; }

    /// <summary>The number of bursts that are measured after that.</summary>
    public required int Bursts { get; init; }

    public required int Rounds { get; init; }
    public required IReadOnlyList<Target> Targets { get; init; }

    /// <summary>The path of <c>Chatbox.Node.dll</c>.</summary>
    public required string Node { get; init; }
}

/// <summary>The times of a target in one round, in milliseconds from question to first token (p50).</summary>
/// <param name="Cold">The first question after the start of the server.</param>
/// <param name="First">The first questions of new people in warm bursts; the median of the bursts.</param>
/// <param name="Later">Their later questions.</param>
internal sealed record BurstMeasurement(int Round, Target Target, double Cold, double First, double Later);

/// <summary>Measures how long people wait for the first token when all ask in the same instant.</summary>
internal static class BurstRun
{
    private const int Tokens = 25;

    public static async Task<IReadOnlyList<BurstMeasurement>> Run(
        BurstSettings settings,
        TextWriter progress,
        CancellationToken cancellationToken
    )
    {
        var measurements = new List<BurstMeasurement>();
        for (var round = 1; round <= settings.Rounds; round++)
        {
            foreach (var target in settings.Targets)
            {
                await progress.WriteLineAsync($"round {round} of {settings.Rounds}: {settings.People} questions at once, {target}");
                var bursts = await Measure(settings, target, cancellationToken);
                var warm = bursts.Skip(settings.WarmUpBursts).ToList();
                measurements.Add(
                    new BurstMeasurement(
                        round,
                        target,
                        bursts[0].First,
                        warm.Select(burst => burst.First).Median(),
                        warm.Select(burst => burst.Later).Median()
                    )
                );
            }
        }

        return measurements;
    }

    private static async Task<IReadOnlyList<BurstTimes>> Measure(BurstSettings settings, Target target, CancellationToken cancellationToken)
    {
        var lean = LoadSettings.Lean;
        var (process, model) = await OwnProcess.Serve("model", ["--interval", "20ms", "--tokens", $"{Tokens}"], lean, cancellationToken);
        await using var modelProcess = process;
        await using var server = await TargetProcess.Start(target, settings.Node, model, LoadSettings.SameForAll, cancellationToken);
        var options = new BurstClientOptions
        {
            Server = server.Socket,
            Protocol = server.Protocol,
            JwtSecret = server.JwtSecret,
            Bursts = [1, .. Enumerable.Repeat(settings.People, settings.WarmUpBursts - 1 + settings.Bursts)],
            Tokens = Tokens,
            Pause = TimeSpan.FromMilliseconds(200),
        };
        try
        {
            var result = await OwnProcess.RunClient(["burst", JsonSerializer.Serialize(options)], lean, cancellationToken);
            return JsonSerializer.Deserialize<BurstResult>(result)!.Bursts;
        }
        catch (ChildFailedException)
        {
            // A crash of the server explains more than the client's error that followed.
            await server.ThrowIfEnded();
            throw;
        }
    }
}
