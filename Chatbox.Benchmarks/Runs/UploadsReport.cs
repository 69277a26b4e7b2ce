using System.Text;
using Chatbox.Benchmarks.Measurement;

namespace Chatbox.Benchmarks.Runs;

/// <summary>Writes the cost of uploads as Markdown.</summary>
internal static class UploadsReport
{
    private const double Mebibyte = 1_048_576;

    public static string Write(
        LoadSettings settings,
        IReadOnlyList<(bool HasUploads, LoadMeasurement Measurement)> measurements,
        DateTimeOffset at
    )
    {
        var pace =
            settings.UploadBytesPerSecond == 0
                ? "as fast as they go"
                : $"at {settings.UploadBytesPerSecond / Mebibyte:0.#} MiB a second each";
        var text = new StringBuilder();
        text.AppendLine(
            $"### {settings.Streams} answers at once, a token each {settings.Interval.TotalMilliseconds} ms, beside {settings.Uploads} uploads of {settings.UploadBytes / Mebibyte:0} MiB, {pace}"
        );
        text.AppendLine();
        text.AppendLine(
            $"{at:yyyy-MM-dd}, {Machine.Describe()}. With uploads, from the first byte until the last file is confirmed; without, {settings.Window.TotalSeconds} s. Every file was read again, and had the right SHA-256.{(settings.AreCoresSeparate ? " The server had the first core for itself; clients, uploads and model shared the second." : "")}"
        );
        text.AppendLine();
        text.AppendLine(
            "| round | server | uploads | seconds | question to first token p50 | p99 | p99 ÷ without | first token added p50 | p99 | p99 ÷ without | first tokens | memory at the start | most | CPU of server | of clients | others' CPU |"
        );
        text.AppendLine("|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        var without = (Waited: 0.0, Added: 0.0);
        foreach (var (hasUploads, (round, target, r)) in measurements)
        {
            if (!hasUploads)
                without = (r.WaitedP99, r.AddedP99);
            text.AppendLine(
                $"| {round} | {target} | {(hasUploads ? settings.Uploads : 0)} | {r.Seconds:0.0} | {r.WaitedP50:0.0} ms | {r.WaitedP99:0.0} ms"
                    + $" | {(hasUploads ? $"{r.WaitedP99 / without.Waited:0.00}" : "")} | {r.AddedP50:0.0} ms | {r.AddedP99:0.0} ms"
                    + $" | {(hasUploads ? $"{r.AddedP99 / without.Added:0.00}" : "")} | {r.FirstTokens} | {r.ServerResident[0] / Mebibyte:0} MiB"
                    + $" | {r.ServerResident.Max() / Mebibyte:0} MiB | {r.ServerCpuSeconds / r.Seconds:0%} | {r.ClientCpuSeconds / r.Seconds:0%} | {r.OthersShare:0%} |"
            );
        }

        return text.ToString();
    }
}
