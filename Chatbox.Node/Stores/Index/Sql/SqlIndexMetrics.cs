using System.Globalization;
using Chatbox.Actors.Index;
using Chatbox.Node.Stores.Index.Tallies;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>Computes the administrators' metrics for a span of time, its start included and its end excluded, from tallies and few rows.</summary>
internal sealed class SqlIndexMetrics(SqlIndexAccess access, SqlTallies tallies)
{
    public async Task<IndexMetrics> Between(DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(end, start);
        var steps = new MetricsSteps(start.UtcTicks, end.UtcTicks);
        if (await Read(steps, SqlTallies.MostMarks, cancellationToken) is { } metrics)
            return metrics;
        await tallies.Update(null, cancellationToken);
        return await Read(steps, int.MaxValue, cancellationToken)
            ?? throw new InvalidOperationException("Marks are unlimited, and yet there are too many.");
    }

    private Task<IndexMetrics?> Read(MetricsSteps steps, int mostMarks, CancellationToken cancellationToken) =>
        access.Read(db => access.Database.Snapshot(db, () => Read(db, steps, mostMarks, cancellationToken), cancellationToken));

    /// <summary>The metrics; null if more minutes are marked than allowed.</summary>
    private static async Task<IndexMetrics?> Read(DataConnection db, MetricsSteps steps, int mostMarks, CancellationToken cancellationToken)
    {
        var marked = await db.GetTable<TallyMarkRow>()
            .Where(mark => mark.Minute < steps.End)
            .Select(mark => mark.Minute)
            .Distinct()
            .ToListAsync(cancellationToken);
        if (marked.Count > mostMarks)
            return null;
        var plan = new TallyPlan(steps, marked);
        var stored = await SqlTallySheet.Read(db, plan.Stored, cancellationToken);
        var counted = await SqlTallySheet.Count(db, plan.Rows, cancellationToken);
        var active = await ChangesOfDaysBefore(db, plan, cancellationToken) + plan.Before.Sum(piece => Find(piece).Swing.Change);
        var sum = new MetricsSum(steps, active);
        foreach (var pieces in plan.Steps)
            sum.AddStep(pieces.Select(Find));
        return sum.Finish() with { Errors = await Errors(db, steps, cancellationToken) };

        Tally Find(TallyPiece piece) =>
            piece.Level is null ? counted[piece] : stored.GetValueOrDefault(piece) ?? Tally.Nothing(piece.Length);
    }

    private static async Task<IReadOnlyList<ModelErrors>> Errors(DataConnection db, MetricsSteps steps, CancellationToken cancellationToken)
    {
        var sheet = new ErrorSheet(steps);
        // The numbers stand in the statement, so that the planner sees them.
        FormattableString statement = $"""
            SELECT model_id, (at - {steps.First}) / {steps.Length}, count(*)
            FROM answer_errors WHERE at >= {steps.Start} AND at < {steps.End} GROUP BY 1, 2
            """;
        await db.QueryToListAsync(
            row =>
            {
                sheet.Add(row.GetString(0), row.GetInt64(1), row.GetInt64(2));
                return true;
            },
            statement.ToString(CultureInfo.InvariantCulture),
            cancellationToken
        );
        return sheet.Finish();
    }

    private static async Task<long> ChangesOfDaysBefore(DataConnection db, TallyPlan plan, CancellationToken cancellationToken) =>
        await db.GetTable<TallyRow>()
            .Where(t => t.Level == TallyLevel.Day && t.At < plan.FirstDay && !plan.MarkedDaysBefore.Contains(t.At))
            .SumAsync(t => (long?)t.Change, cancellationToken)
        ?? 0;
}
