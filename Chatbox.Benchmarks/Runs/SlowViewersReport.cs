using System.Text;
using Chatbox.Benchmarks.Client;
using Chatbox.Benchmarks.Measurement;

namespace Chatbox.Benchmarks.Runs;

/// <summary>Writes the cost of slow viewers as Markdown.</summary>
internal static class SlowViewersReport
{
    private const double Mebibyte = 1_048_576;

    public static string Write(LoadSettings settings, IReadOnlyList<(int Viewers, LoadResult Result)> measurements, DateTimeOffset at)
    {
        var text = new StringBuilder();
        text.AppendLine(
            $"### {settings.Streams} answers at once, a token each {settings.Interval.TotalMilliseconds} ms, beside viewers that read 1 KiB a second, or nothing"
        );
        text.AppendLine();
        text.AppendLine(
            $"{at:yyyy-MM-dd}, {Machine.Describe()}. {settings.Window.TotalSeconds} s after {settings.WarmUp.TotalSeconds} s of full load. Half of the slow viewers read nothing; each comes back every two minutes."
        );
        text.AppendLine();
        text.AppendLine(
            "| slow viewers | CPU per token | first token added p50 | p99 | tokens/s | memory at the start | most | at the end |"
        );
        text.AppendLine("|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var (viewers, r) in measurements)
        {
            text.AppendLine(
                $"| {viewers} | {r.CpuPerToken:0.0} µs | {r.AddedP50:0.0} ms | {r.AddedP99:0.0} ms | {r.TokensPerSecond:0}"
                    + $" | {r.ServerResident[0] / Mebibyte:0} MiB | {r.ServerResident.Max() / Mebibyte:0} MiB | {r.ServerResident[^1] / Mebibyte:0} MiB |"
            );
        }

        return text.ToString();
    }
}
