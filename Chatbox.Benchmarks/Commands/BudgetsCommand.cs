using System.CommandLine;
using Chatbox.Benchmarks.Budgets;
using Chatbox.Benchmarks.Measurement;
using Chatbox.Benchmarks.Processes;

namespace Chatbox.Benchmarks.Commands;

/// <summary>The command <c>budgets</c>: the table of docs/performance.md.</summary>
internal sealed class BudgetsCommand : ComparisonCommand
{
    private readonly Option<bool> _quick = new("--quick")
    {
        Description = "Only the first four rows, in one round of about three minutes.",
    };

    private readonly Option<int> _rounds = NumberOption("--rounds", "Number of rounds of each measurement; one with --quick.", 3, 1, 10);

    private readonly Option<string?> _postgres = new("--postgres")
    {
        Description = "Server for three nodes against one: postgres://user:password@host:port/database. Without it, the row is left out.",
    };

    public BudgetsCommand()
        : base("budgets", "The table of budgets: ratios first, and whether each budget is kept.", TimeSpan.FromMinutes(45))
    {
        Add(_quick);
        Add(_rounds);
        Add(_postgres);
    }

    protected override async Task<string> Measure(
        ParseResult parsed,
        IReadOnlyList<Target> targets,
        string node,
        CancellationToken cancellationToken
    )
    {
        var quick = parsed.GetValue(_quick);
        var settings = new BudgetSettings
        {
            Node = node,
            IsQuick = quick,
            Rounds = quick ? 1 : parsed.GetValue(_rounds),
            Postgres = parsed.GetValue(_postgres),
        };
        var result = await new BudgetRun(settings, Console.Error, TimeProvider.System).Run(cancellationToken);
        return BudgetReport.Write(result, settings, Machine.Describe(), TimeProvider.System.GetUtcNow());
    }
}
