using System.CommandLine;
using Chatbox.Benchmarks.Processes;
using Chatbox.Benchmarks.Runs;

namespace Chatbox.Benchmarks.Commands;

/// <summary>The command <c>slow</c>: viewers that read slowly or not at all.</summary>
internal sealed class SlowCommand : ComparisonCommand
{
    private readonly Option<int> _streams = NumberOption("--streams", "Answers running at once, a token each 4 ms.", 10, 1, 5000);
    private readonly Option<int> _viewers = NumberOption(
        "--viewers",
        "Slow viewers, spread over the sessions: at most nine to each.",
        80,
        2,
        5000
    );
    private readonly Option<int> _rounds = NumberOption("--rounds", "Number of measurements with and without slow viewers.", 1, 1, 100);
    private readonly Option<TimeSpan> _window = DurationOption(
        "--window",
        "Time in which everything is counted.",
        TimeSpan.FromMinutes(10)
    );

    public SlowCommand()
        : base("slow", "Memory, CPU and first tokens of a node with viewers that read slowly or not at all.", TimeSpan.FromMinutes(30))
    {
        Add(_streams);
        Add(_viewers);
        Add(_rounds);
        Add(_window);
    }

    protected override async Task<string> Measure(
        ParseResult parsed,
        IReadOnlyList<Target> targets,
        string node,
        CancellationToken cancellationToken
    )
    {
        var settings = new LoadSettings
        {
            Streams = parsed.GetValue(_streams),
            Interval = TimeSpan.FromMilliseconds(4),
            Tokens = 1_000,
            Rounds = parsed.GetValue(_rounds),
            WarmUp = TimeSpan.FromSeconds(30),
            Window = parsed.GetValue(_window),
            Targets = [Target.Chatbox], // the baselines do not handle slow viewers
            Node = node,
        };
        var measurements = await SlowViewersRun.Run(settings, parsed.GetValue(_viewers), Console.Error, cancellationToken);
        return SlowViewersReport.Write(settings, measurements, TimeProvider.System.GetUtcNow());
    }
}
