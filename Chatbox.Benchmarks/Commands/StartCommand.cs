using System.CommandLine;
using Chatbox.Benchmarks.Processes;
using Chatbox.Benchmarks.Runs;

namespace Chatbox.Benchmarks.Commands;

/// <summary>The command <c>start</c>: a node that has just started.</summary>
internal sealed class StartCommand : ComparisonCommand
{
    private readonly Option<int> _rounds = NumberOption("--rounds", "Number of starts.", 5, 1, 100);
    private readonly Option<TimeSpan> _quiet = DurationOption("--quiet", "Time before memory is measured.", TimeSpan.FromSeconds(10));

    public StartCommand()
        : base("start", "Time until a node is ready, and memory of an empty node.", TimeSpan.FromMinutes(10))
    {
        Add(_rounds);
        Add(_quiet);
    }

    protected override async Task<string> Measure(
        ParseResult parsed,
        IReadOnlyList<Target> targets,
        string node,
        CancellationToken cancellationToken
    )
    {
        var quiet = parsed.GetValue(_quiet);
        var measurements = await StartRun.Run(node, parsed.GetValue(_rounds), quiet, Console.Error, cancellationToken);
        return StartReport.Start(quiet, measurements, TimeProvider.System.GetUtcNow());
    }
}
