using System.Text;

namespace Chatbox.Benchmarks.Budgets;

/// <summary>Writes the table of budgets as Markdown: ratios first, then the other rows, then what other commands measure.</summary>
internal static class BudgetReport
{
    /// <summary>The rows that need failures, a cluster or a profile.</summary>
    private static readonly (string What, string Budget, string By)[] Elsewhere =
    [
        ("pause of a stream, `kill -9` of one node of three, 100 streams, p99", "3 s", "`./build.sh chaos`"),
        ("the same, graceful leave or rolling restart", "1.5 s a step, no answer asked twice", "`./build.sh chaos`"),
        ("the same, node gone without a word", "8 s", "`./build.sh chaos`"),
        ("journal and index, share of a node's CPU, 250 answers", "8%", "a profile (`perf`)"),
        ("resident with 5 000 sockets in a container of 512 MiB", "bounded", "a container"),
    ];

    public static string Write(BudgetResult result, BudgetSettings settings, string machine, DateTimeOffset at)
    {
        var text = new StringBuilder();
        text.AppendLine(settings.IsQuick ? "### Budgets, the first four rows" : "### Budgets");
        text.AppendLine();
        text.AppendLine(
            $"{at:yyyy-MM-dd}, {machine}. Medians of {settings.Rounds} rounds in which the servers took turns; ratios are taken within a round. Other processes used at most {result.OthersShare:0%} of the machine in a window."
        );
        text.AppendLine();
        text.AppendLine("| | measured | budget | | rounds | how warm, and the figures behind it |");
        text.AppendLine("|---|--:|--:|---|---|---|");
        foreach (var row in result.Rows.OrderBy(row => row.Unit is not BudgetUnit.Ratio))
        {
            text.AppendLine(
                $"| {row.What} | {row.Show(row.Measured)} | {row.Show(row.Budget)} | {(row.IsKept ? "kept" : "**missed**")}"
                    + $" | {string.Join(", ", row.Rounds.Select(row.Show))} | {row.Warmth} |"
            );
        }

        if (!settings.IsQuick)
        {
            if (settings.Postgres is null)
                text.AppendLine(Unmeasured("CPU per token of three nodes ÷ one node", "1.3", "this command with `--postgres`"));
            foreach (var (what, budget, by) in Elsewhere)
                text.AppendLine(Unmeasured(what, budget, by));
        }

        text.AppendLine();
        text.AppendLine("Every answer was checked to the letter.");
        foreach (var report in result.Reports)
            text.AppendLine().Append(report.Replace("### ", "#### ", StringComparison.Ordinal));
        return text.ToString();
    }

    private static string Unmeasured(string what, string budget, string by) => $"| {what} | – | {budget} | | | measured by {by} |";
}
