using Chatbox.Benchmarks.Client;

namespace Chatbox.Benchmarks.Runs;

/// <summary>Measures what slow viewers cost a node and its other users, in turns with and without slow viewers.</summary>
internal static class SlowViewersRun
{
    public static async Task<IReadOnlyList<(int Viewers, LoadResult Result)>> Run(
        LoadSettings settings,
        int viewers,
        TextWriter progress,
        CancellationToken cancellationToken
    )
    {
        var measurements = new List<(int, LoadResult)>();
        for (var round = 1; round <= settings.Rounds; round++)
        {
            foreach (var slow in new[] { 0, viewers })
            {
                await progress.WriteLineAsync($"round {round} of {settings.Rounds}: {slow} slow viewers");
                var run = await LoadRun.Run(settings with { Rounds = 1, SlowViewers = slow }, TextWriter.Null, cancellationToken);
                measurements.AddRange(run.Select(m => (slow, m.Result)));
            }
        }

        return measurements;
    }
}
