using System.Text;
using Chatbox.Benchmarks.Measurement;

namespace Chatbox.Benchmarks.Runs;

/// <summary>Writes the resources per node as Markdown.</summary>
internal static class NodesReport
{
    private const double Mebibyte = 1_048_576;

    public static string Write(IdleSettings idle, LoadSettings load, IReadOnlyList<NodesMeasurement> measurements, DateTimeOffset at)
    {
        var text = new StringBuilder();
        text.AppendLine($"### {idle.Sockets} idle sockets and {load.Streams} answers at once, on one node and on several");
        text.AppendLine();
        text.AppendLine(
            $"{at:yyyy-MM-dd}, {Machine.Describe()}. All on one machine, with one PostgreSQL; the sockets are spread evenly over the nodes, and a session lives on any of them. Answers: a token each {load.Interval.TotalMilliseconds} ms, {load.Window.TotalSeconds} s after {load.WarmUp.TotalSeconds} s of full load."
        );
        text.AppendLine();
        text.AppendLine(
            "| nodes | memory per node, empty | with its idle sockets | per idle socket | CPU per node, idle | memory per node, answers | CPU per node, answers | all nodes, per token | first token added p50 | p99 | tokens/s |"
        );
        text.AppendLine("|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var (nodes, silent, busy) in measurements)
        {
            text.AppendLine(
                $"| {nodes} | {silent.BytesBefore / Mebibyte / nodes:0} MiB | {silent.BytesAfter / Mebibyte / nodes:0} MiB | {silent.BytesPerSocket / 1024:0.0} KiB"
                    + $" | {silent.CpuShare / nodes:0.0%} of a core | {busy.ServerResident[^1] / Mebibyte / nodes:0} MiB | {busy.ServerCpuSeconds / busy.Seconds / nodes:0%} of a core"
                    + $" | {busy.CpuPerToken:0.0} µs | {busy.AddedP50:0.0} ms | {busy.AddedP99:0.0} ms | {busy.TokensPerSecond:0} |"
            );
        }

        return text.ToString();
    }
}
