using System.Text;
using Chatbox.Benchmarks.Measurement;

namespace Chatbox.Benchmarks.Runs;

/// <summary>Writes what a fresh node costs, and how long people wait for their first words, as Markdown.</summary>
internal static class StartReport
{
    private const double Mebibyte = 1_048_576;

    public static string Start(TimeSpan quiet, IReadOnlyList<StartMeasurement> measurements, DateTimeOffset at)
    {
        var text = new StringBuilder();
        text.AppendLine("### Start of a node");
        text.AppendLine();
        text.AppendLine(
            $"{at:yyyy-MM-dd}, {Machine.Describe()}. Memory and CPU {quiet.TotalSeconds} s after the node was ready, with an empty SQLite file."
        );
        text.AppendLine();
        text.AppendLine("| round | start to ready | resident | CPU until then |");
        text.AppendLine("|--:|--:|--:|--:|");
        foreach (var (round, m) in measurements.Index())
            text.AppendLine(
                $"| {round + 1} | {m.Ready.TotalMilliseconds:0} ms | {m.ResidentBytes / Mebibyte:0} MiB | {m.Cpu.TotalSeconds:0.0} s |"
            );
        text.AppendLine(
            $"| median | {measurements.Select(m => m.Ready.TotalMilliseconds).Median():0} ms | {measurements.Select(m => m.ResidentBytes / Mebibyte).Median():0} MiB | {measurements.Select(m => m.Cpu.TotalSeconds).Median():0.0} s |"
        );
        return text.ToString();
    }

    public static string Burst(BurstSettings settings, IReadOnlyList<BurstMeasurement> measurements, DateTimeOffset at)
    {
        var text = new StringBuilder();
        text.AppendLine($"### {settings.People} people who ask in the same instant");
        text.AppendLine();
        text.AppendLine(
            $"{at:yyyy-MM-dd}, {Machine.Describe()}. Question to first token, p50 of the people, median of {settings.Bursts} bursts of new people after {settings.WarmUpBursts} others."
        );
        text.AppendLine();
        text.AppendLine("| round | | first question after the start | first questions | later questions |");
        text.AppendLine("|--:|---|--:|--:|--:|");
        foreach (var m in measurements)
            text.AppendLine($"| {m.Round} | {Report.Name(m.Target)} | {m.Cold:0.0} ms | {m.First:0.0} ms | {m.Later:0.0} ms |");
        foreach (var target in settings.Targets)
        {
            var all = measurements.Where(m => m.Target == target).ToList();
            text.AppendLine(
                $"| median | {Report.Name(target)} | {all.Select(m => m.Cold).Median():0.0} ms | {all.Select(m => m.First).Median():0.0} ms | {all.Select(m => m.Later).Median():0.0} ms |"
            );
        }

        return text.ToString();
    }
}
