using System.CommandLine;
using System.Globalization;
using System.Text;
using Chatbox.Benchmarks.Measurement;
using Chatbox.Benchmarks.Runs;

namespace Chatbox.Benchmarks.Commands;

/// <summary>The command <c>recovery</c>: the recovery time of sessions of several lengths.</summary>
internal sealed class RecoveryCommand : Command
{
    private readonly Option<int[]> _messages = new("--messages")
    {
        Description = "Lengths to measure, in messages.",
        DefaultValueFactory = _ => [100, 1_000, 10_000],
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<int> _repetitions = new("--repetitions")
    {
        Description = "Number of recoveries per length.",
        DefaultValueFactory = _ => 100,
    };

    public RecoveryCommand()
        : base("recovery", "Recovery time of a session from its journal and snapshot, by length.")
    {
        Add(_messages);
        Add(_repetitions);
        SetAction(
            async (parsed, cancellationToken) =>
            {
                var measurements = await RecoveryRun.Run(
                    parsed.GetValue(_messages)!,
                    parsed.GetValue(_repetitions),
                    Console.Error,
                    cancellationToken
                );
                Console.Write(Report(measurements));
                return 0;
            }
        );
    }

    private static string Report(IReadOnlyList<RecoveryMeasurement> measurements)
    {
        var text = new StringBuilder();
        Line($"### Recovery of a session");
        Line($"");
        Line(
            $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {Machine.Describe()}. SQLite; {measurements[0].Milliseconds.Count} times each."
        );
        Line($"");
        Line($"| messages | p50 | p99 |");
        Line($"|--:|--:|--:|");
        foreach (var (messages, times) in measurements)
            Line($"| {messages:N0} | {times.Percentile(50):0.0} ms | {times.Percentile(99):0.0} ms |");
        return text.ToString();

        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
    }
}
