namespace Chatbox.Benchmarks.Runs;

/// <summary>Measures what uploads cost a node and those who chat beside them, in turns with and without uploads.</summary>
internal static class UploadsRun
{
    public static async Task<IReadOnlyList<(bool HasUploads, LoadMeasurement Measurement)>> Run(
        LoadSettings settings,
        TextWriter progress,
        CancellationToken cancellationToken
    )
    {
        var measurements = new List<(bool, LoadMeasurement)>();
        for (var round = 1; round <= settings.Rounds; round++)
        {
            foreach (var target in settings.Targets)
            foreach (var hasUploads in new[] { false, true })
            {
                await progress.WriteLineAsync($"round {round} of {settings.Rounds}: {target} {(hasUploads ? "with" : "without")} uploads");
                var one = settings with { Rounds = 1, Targets = [target], Uploads = hasUploads ? settings.Uploads : 0 };
                var run = await LoadRun.Run(one, TextWriter.Null, cancellationToken);
                measurements.AddRange(run.Select(m => (hasUploads, m with { Round = round })));
            }
        }

        return measurements;
    }
}
