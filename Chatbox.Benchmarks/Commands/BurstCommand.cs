using System.CommandLine;
using Chatbox.Benchmarks.Processes;
using Chatbox.Benchmarks.Runs;

namespace Chatbox.Benchmarks.Commands;

/// <summary>The command <c>burst</c>: many people who ask in the same instant.</summary>
internal sealed class BurstCommand : ComparisonCommand
{
    private readonly Option<int> _people = NumberOption("--people", "People who ask in the same instant.", 30, 1, 5000);
    private readonly Option<int> _warmUp = NumberOption("--warm-up", "Bursts before anything is counted.", 6, 1, 100);
    private readonly Option<int> _bursts = NumberOption("--bursts", "Bursts that are counted.", 3, 1, 100);
    private readonly Option<int> _rounds = NumberOption("--rounds", "Number of measurements per target.", 3, 1, 100);

    public BurstCommand()
        : base("burst", "The time from question to first token, when many people ask in the same instant.", TimeSpan.FromMinutes(10))
    {
        Add(_people);
        Add(_warmUp);
        Add(_bursts);
        Add(_rounds);
    }

    protected override async Task<string> Measure(
        ParseResult parsed,
        IReadOnlyList<Target> targets,
        string node,
        CancellationToken cancellationToken
    )
    {
        var settings = new BurstSettings
        {
            People = parsed.GetValue(_people),
            WarmUpBursts = parsed.GetValue(_warmUp),
            Bursts = parsed.GetValue(_bursts),
            Rounds = parsed.GetValue(_rounds),
            Targets = targets,
            Node = node,
        };
        return StartReport.Burst(settings, await BurstRun.Run(settings, Console.Error, cancellationToken), TimeProvider.System.GetUtcNow());
    }
}
