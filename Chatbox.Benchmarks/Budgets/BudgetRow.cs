using Chatbox.Benchmarks.Measurement;

namespace Chatbox.Benchmarks.Budgets;

/// <summary>The unit of a measured budget.</summary>
internal enum BudgetUnit
{
    /// <summary>Two costs on the same machine, one divided by the other.</summary>
    Ratio,
    Milliseconds,
    Mebibytes,

    /// <summary>A share of one core.</summary>
    Core,
}

/// <summary>A row of the table of budgets.</summary>
/// <param name="What">What is measured.</param>
/// <param name="Rounds">The value of each round; the median counts.</param>
/// <param name="Budget">The most that is allowed.</param>
/// <param name="Warmth">How warm the node was, or with which settings it ran.</param>
internal sealed record BudgetRow(string What, BudgetUnit Unit, IReadOnlyList<double> Rounds, double Budget, string Warmth)
{
    public double Measured => Rounds.Median();

    /// <summary>Compares what is shown, so that 1.004 keeps a budget of 1.00.</summary>
    public bool IsKept => Math.Round(Measured, Digits) <= Budget;

    public string Show(double value) =>
        Unit switch
        {
            BudgetUnit.Ratio => $"{value:0.00}",
            BudgetUnit.Milliseconds => $"{Math.Round(value, Digits)} ms",
            BudgetUnit.Mebibytes => $"{value:0} MiB",
            _ => $"{value:0.0%} of a core",
        };

    private int Digits =>
        Unit switch
        {
            BudgetUnit.Ratio => 2,
            BudgetUnit.Milliseconds => 1,
            BudgetUnit.Mebibytes => 0,
            _ => 3,
        };
}
