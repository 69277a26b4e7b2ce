using Chatbox.Benchmarks.Measurement;
using Chatbox.Benchmarks.Processes;

namespace Chatbox.Benchmarks.Runs;

/// <summary>A node after its start, with the runtime settings of production and an empty SQLite file.</summary>
/// <param name="Ready">The time from the start of the process to <c>readyz</c>.</param>
/// <param name="ResidentBytes">The resident memory after a quiet time.</param>
/// <param name="Cpu">The CPU time that the process has used until then.</param>
internal sealed record StartMeasurement(TimeSpan Ready, long ResidentBytes, TimeSpan Cpu);

/// <summary>Measures the start of a node, and what it holds when it is empty.</summary>
internal static class StartRun
{
    public static async Task<IReadOnlyList<StartMeasurement>> Run(
        string node,
        int rounds,
        TimeSpan quiet,
        TextWriter progress,
        CancellationToken cancellationToken
    )
    {
        var measurements = new List<StartMeasurement>();
        for (var round = 1; round <= rounds; round++)
        {
            await progress.WriteLineAsync($"round {round} of {rounds}: start");
            var noModel = new Uri("http://127.0.0.1:9");
            await using var server = await BenchmarkNode.Start(node, noModel, new Dictionary<string, string>(), cancellationToken);
            await Task.Delay(quiet, cancellationToken);
            var sample = ProcessSample.Of(server.Pid);
            measurements.Add(new StartMeasurement(server.StartedIn, sample.ResidentBytes, sample.Cpu));
        }

        return measurements;
    }
}
