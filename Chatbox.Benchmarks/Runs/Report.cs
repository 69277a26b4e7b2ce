using System.Text;
using Chatbox.Benchmarks.Client;
using Chatbox.Benchmarks.Measurement;
using Chatbox.Benchmarks.Processes;

namespace Chatbox.Benchmarks.Runs;

/// <summary>Writes measurements as Markdown: first the ratios, then the figures behind them, then every round.</summary>
internal static class Report
{
    /// <summary>The share of the machine used by other processes from which the report warns about absolute figures.</summary>
    private const double DisturbingShare = 0.10;

    /// <summary>The part of the offered rate below which the report warns that the machine was too slow.</summary>
    private const double KeptPace = 0.95;

    public static string Load(LoadSettings settings, IReadOnlyList<LoadMeasurement> measurements, DateTimeOffset at)
    {
        var text = new StringBuilder();
        text.AppendLine(
            $"### {settings.Streams} answers at once, a token each {settings.Interval.TotalMilliseconds} ms, {settings.Tokens} tokens each"
        );
        text.AppendLine();
        text.AppendLine(
            $"{at:yyyy-MM-dd}, {Machine.Describe()}. Medians of {settings.Rounds} rounds of {settings.Window.TotalSeconds} s after {settings.WarmUp.TotalSeconds} s of full load; ratios are taken within a round."
        );
        text.AppendLine();
        text.AppendLine(
            "| | CPU per token ÷ relay | CPU per token ÷ SignalR | server CPU per token | first token added p50 | p99 | question to first token p50 | p99 | tokens/s | of offered | memory |"
        );
        text.AppendLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var target in settings.Targets)
        {
            double Middle(Func<LoadResult, double> value) =>
                measurements.Where(m => m.Target == target).Select(m => value(m.Result)).Median();
            text.AppendLine(
                $"| {Name(target)} | {Ratio(measurements, target, Target.Relay)} | {Ratio(measurements, target, Target.SignalR)} | {Middle(r => r.CpuPerToken):0.0} µs"
                    + $" | {Middle(r => r.AddedP50):0.0} ms | {Middle(r => r.AddedP99):0.0} ms | {Middle(r => r.WaitedP50):0.0} ms | {Middle(r => r.WaitedP99):0.0} ms"
                    + $" | {Middle(r => r.TokensPerSecond):0} | {Middle(r => r.TokensPerSecond) / settings.OfferedTokensPerSecond:0.0%} | {Middle(r => r.ServerResident[^1]) / 1048576:0} MiB |"
            );
        }

        text.AppendLine();
        text.AppendLine(
            "| round | | CPU per token | added p50 | added p99 | first tokens | tokens/s | answers checked | CPU: server, model, client, others |"
        );
        text.AppendLine("|--:|---|--:|--:|--:|--:|--:|--:|---|");
        foreach (var (round, target, r) in measurements)
        {
            text.AppendLine(
                $"| {round} | {Name(target)} | {r.CpuPerToken:0.0} µs | {r.AddedP50:0.0} ms | {r.AddedP99:0.0} ms | {r.FirstTokens} | {r.TokensPerSecond:0} | {r.CheckedAnswers}"
                    + $" | {r.ServerCpuSeconds / r.MachineSeconds:0%}, {r.ModelCpuSeconds / r.MachineSeconds:0%}, {r.ClientCpuSeconds / r.MachineSeconds:0%}, {r.OthersShare:0%} |"
            );
        }

        text.AppendLine();
        text.AppendLine("Every answer was checked to the letter.");
        if (measurements.Any(m => m.Result.OthersShare > DisturbingShare))
            text.AppendLine(
                "**Other processes used more than a tenth of the machine in at least one window: times are too high, ratios rough.**"
            );
        if (measurements.Any(m => m.Result.TokensPerSecond < KeptPace * settings.OfferedTokensPerSecond))
            text.AppendLine(
                "**The offered rate was not reached in at least one window: the machine was saturated, and times of first tokens say little.**"
            );
        return text.ToString();
    }

    public static string Idle(IdleSettings settings, IReadOnlyList<IdleMeasurement> measurements, DateTimeOffset at)
    {
        var text = new StringBuilder();
        text.AppendLine($"### {settings.Sockets} idle sockets");
        text.AppendLine();
        text.AppendLine(
            $"{at:yyyy-MM-dd}, {Machine.Describe()}. Resident memory, {settings.Settle.TotalSeconds} s after the last socket was opened; CPU of the server in {settings.Watch.TotalSeconds} s, which begin {settings.BeforeWatch.TotalSeconds} s after that, in which every client only answers pings."
        );
        text.AppendLine();
        text.AppendLine("| | memory per socket ÷ relay | memory per socket | before | with the sockets | idle CPU |");
        text.AppendLine("|---|--:|--:|--:|--:|--:|");
        var relay = measurements.FirstOrDefault(m => m.Target is Target.Relay)?.Result.BytesPerSocket;
        foreach (var (target, r) in measurements)
        {
            text.AppendLine(
                $"| {Name(target)} | {(relay is null ? "–" : $"{r.BytesPerSocket / relay:0.00}")} | {r.BytesPerSocket / 1024:0.0} KiB | {r.BytesBefore / 1048576.0:0} MiB | {r.BytesAfter / 1048576.0:0} MiB | {(r.SilentCpuShare is { } cpu ? $"{cpu:0.0%} of a core" : "–")} |"
            );
        }

        return text.ToString();
    }

    private static string Ratio(IReadOnlyList<LoadMeasurement> measurements, Target target, Target baseline) =>
        measurements.Ratios(target, baseline, result => result.CpuPerToken) is { Count: > 0 } ratios ? $"{ratios.Median():0.00}" : "–";

    internal static string Name(Target target) =>
        target switch
        {
            Target.Relay => "raw relay",
            Target.SignalR => "SignalR",
            Target.PacedRelay => "raw relay, paced",
            Target.UnpacedChatbox => "Chatbox, not paced",
            _ => "Chatbox",
        };
}
