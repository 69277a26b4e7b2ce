using Chatbox.Actors.Index;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>Computes the administrators' metrics for a span of time, its start included and its end excluded.</summary>
internal sealed class SqlIndexMetrics(SqlIndexAccess access)
{
    public Task<IndexMetrics> Between(DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(end, start);
        return access.Read(db => Between(db, start.UtcTicks, end.UtcTicks, cancellationToken));
    }

    private static async Task<IndexMetrics> Between(DataConnection db, long start, long end, CancellationToken cancellationToken)
    {
        var step = MetricsStep.For(end - start);
        var started = db.GetTable<SessionRow>().Where(s => s.StartTime >= start && s.StartTime < end);
        var totals = await started
            .GroupBy(s => 1)
            .Select(all => new
            {
                Sessions = all.Count(),
                Active = all.Count(s => s.EndTime == IndexTime.Never),
                Assisted = all.Count(s => s.AdminAssisted),
                Help = all.Count(s => s.HelpRequested),
                Takeovers = all.Sum(s => (long)s.Takeovers),
                HelpRequests = all.Sum(s => (long)s.HelpRequests),
                Up = all.Sum(s => (long)s.RatingsUp),
                Down = all.Sum(s => (long)s.RatingsDown),
            })
            .FirstOrDefaultAsync(cancellationToken);
        var sessions = await started
            .GroupBy(s => (s.StartTime - start) / step)
            .Select(bucket => new { bucket.Key, Sessions = bucket.Count() })
            .ToDictionaryAsync(bucket => bucket.Key, bucket => bucket.Sessions, cancellationToken);
        var concurrency = await Concurrency(db, start, end, step, cancellationToken);
        var answers = await Answers(db, start, end, step, cancellationToken);

        var begun = totals is null
            ? new StartedSessions(0, 0, 0, 0, default, sessions)
            : new StartedSessions(
                totals.Sessions,
                totals.Active,
                totals.Assisted,
                totals.Help,
                new PeopleNumbers(totals.Takeovers, totals.HelpRequests, totals.Up, totals.Down),
                sessions
            );
        return begun.With(concurrency, answers, start, step);
    }

    private static async Task<ConcurrencySweep> Concurrency(
        DataConnection db,
        long start,
        long end,
        long step,
        CancellationToken cancellationToken
    )
    {
        var intervals = db.GetTable<IntervalRow>();
        var initially = await intervals.CountAsync(i => i.Ended > start && i.Started < start, cancellationToken);
        var sweep = new ConcurrencySweep(start, end, step, initially);
        // At the same moment ends come before beginnings: a session that ends and is reopened does not count twice.
        var changes = intervals
            .Where(i => i.Ended > start && i.Ended < end && i.Ended > i.Started)
            .Select(i => new { At = i.Ended, Change = -1 })
            .Concat(
                intervals
                    .Where(i => i.Started >= start && i.Started < end && i.Ended > i.Started)
                    .Select(i => new { At = i.Started, Change = 1 })
            )
            .OrderBy(change => change.At)
            .ThenBy(change => change.Change);
        await foreach (var change in changes.AsAsyncEnumerable().WithCancellation(cancellationToken))
            sweep.Add(change.At, change.Change);
        sweep.Finish();
        return sweep;
    }

    private static async Task<AnswerStatistics> Answers(
        DataConnection db,
        long start,
        long end,
        long step,
        CancellationToken cancellationToken
    )
    {
        var statistics = new AnswerStatistics(start, end, step);
        var answers = db.GetTable<MessageRow>()
            .Where(m => m.Type == MessageRow.Answer && m.SentAt >= start && m.SentAt < end)
            .OrderBy(m => m.SentAt)
            .Select(m => new
            {
                m.SentAt,
                m.Tokens,
                m.ResponseTime,
            });
        await foreach (var answer in answers.AsAsyncEnumerable().WithCancellation(cancellationToken))
            statistics.Add(answer.SentAt, answer.Tokens, answer.ResponseTime);
        statistics.Finish();
        return statistics;
    }
}
