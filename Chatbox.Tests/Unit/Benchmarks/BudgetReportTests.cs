using Chatbox.Benchmarks.Budgets;
using Chatbox.Benchmarks.Client;
using Chatbox.Benchmarks.Processes;
using Chatbox.Benchmarks.Runs;

namespace Chatbox.Tests.Unit.Benchmarks;

/// <summary>Tests of the table that <c>./build.sh benchmark -- budgets</c> prints.</summary>
public sealed class BudgetReportTests
{
    [Fact]
    public void Ratios_come_first_and_a_missed_budget_stands_out()
    {
        var report = Write(
            isQuick: true,
            new BudgetRow("waiting", BudgetUnit.Milliseconds, [4, 2, 30], 3, "cold"),
            new BudgetRow("cost", BudgetUnit.Ratio, [1.2, 0.4, 0.5], 0.5, "warm")
        );

        var rows = report.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).ToList();
        Assert.Equal("| cost | 0.50 | 0.50 | kept | 1.20, 0.40, 0.50 | warm |", rows[0]);
        Assert.Equal("| waiting | 4 ms | 3 ms | **missed** | 4 ms, 2 ms, 30 ms | cold |", rows[1]);
    }

    [Fact]
    public void Rows_that_this_command_cannot_measure_name_the_one_that_does()
    {
        var report = Write(isQuick: false);

        Assert.Contains("| CPU per token of three nodes ÷ one node | – | 1.3 | | | measured by this command with `--postgres` |", report);
        Assert.Contains("measured by `./build.sh chaos`", report);
    }

    [Theory]
    [InlineData(1.004, true)]
    [InlineData(1.006, false)]
    public void Budget_is_compared_with_what_is_shown(double measured, bool isKept) =>
        Assert.Equal(isKept, new BudgetRow("cost", BudgetUnit.Ratio, [measured], 1.0, "").IsKept);

    [Fact]
    public void Ratio_is_taken_within_a_round()
    {
        LoadMeasurement[] run =
        [
            new(1, Target.Relay, Cost(2)),
            new(1, Target.Chatbox, Cost(3)),
            new(2, Target.Relay, Cost(20)),
            new(2, Target.Chatbox, Cost(20)),
            new(3, Target.Chatbox, Cost(7)),
        ];

        Assert.Equal([1.5, 1.0], run.Ratios(Target.Chatbox, Target.Relay, result => result.CpuPerToken));
    }

    private static string Write(bool isQuick, params BudgetRow[] rows)
    {
        var settings = new BudgetSettings
        {
            Node = "Chatbox.Node.dll",
            IsQuick = isQuick,
            Rounds = 3,
        };
        return BudgetReport.Write(new BudgetResult(rows, [], OthersShare: 0.5), settings, "a machine", DateTimeOffset.UnixEpoch);
    }

    private static LoadResult Cost(double seconds) =>
        new()
        {
            Seconds = 1,
            Tokens = 1,
            ServerCpuSeconds = seconds,
            ModelCpuSeconds = 0,
            ClientCpuSeconds = 0,
            MachineBusySeconds = 0,
            MachineSeconds = 1,
            ServerResident = [],
            FirstTokens = 1,
            AddedP50 = 0,
            AddedP99 = 0,
            WaitedP50 = 0,
            WaitedP99 = 0,
            CheckedAnswers = 1,
        };
}
