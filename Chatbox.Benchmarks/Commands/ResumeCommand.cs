using System.CommandLine;
using System.Globalization;
using System.Text;
using Chatbox.Benchmarks.Measurement;
using Chatbox.Benchmarks.Processes;
using Chatbox.Benchmarks.Runs;

namespace Chatbox.Benchmarks.Commands;

/// <summary>The command <c>resume</c>: what people wait for when all connections are lost at once.</summary>
internal sealed class ResumeCommand : ComparisonCommand
{
    private readonly Option<int> _people = NumberOption("--people", "People with an answer that runs.", 200, 1, 2000);
    private readonly Option<int> _losses = NumberOption("--losses", "How often all connections are lost.", 10, 1, 100);
    private readonly Option<int> _tokens = NumberOption("--tokens", "Tokens of an answer, one each 20 ms.", 3000, 100, 100_000);

    public ResumeCommand()
        : base("resume", "Time until Chatbox.Client goes on when all connections are lost at once.", TimeSpan.FromMinutes(10))
    {
        Add(_people);
        Add(_losses);
        Add(_tokens);
    }

    protected override async Task<string> Measure(
        ParseResult parsed,
        IReadOnlyList<Target> targets,
        string node,
        CancellationToken cancellationToken
    )
    {
        var (people, losses) = (parsed.GetValue(_people), parsed.GetValue(_losses));
        var measurement = await ResumeRun.Run(node, people, losses, parsed.GetValue(_tokens), Console.Error, cancellationToken);
        return Report(people, losses, measurement);
    }

    private static string Report(int people, int losses, ResumeMeasurement measurement)
    {
        var text = new StringBuilder();
        Line($"### {people} people whose connections are lost in the same instant, {losses} times, while an answer runs for each");
        Line($"");
        Line($"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {Machine.Describe()}. {measurement.Answers} answers compared to the letter.");
        Line($"");
        Line($"| until | p50 | p99 |");
        Line($"|---|--:|--:|");
        Row("commands go out", measurement.Bound);
        Row("the text goes on", measurement.GoesOn);
        return text.ToString();

        void Row(string until, IReadOnlyList<double> times) =>
            Line($"| {until} | {times.Percentile(50):0} ms | {times.Percentile(99):0} ms |");
        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
    }
}
