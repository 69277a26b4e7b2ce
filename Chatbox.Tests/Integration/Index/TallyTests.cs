using Chatbox.Actors.Index;
using Chatbox.Messages;
using Chatbox.Node.Stores.Index;
using Chatbox.Node.Stores.Index.Sql;
using Chatbox.Node.Stores.Index.Tallies;
using FsCheck;
using FsCheck.Fluent;
using LinqToDB;
using LinqToDB.Async;
using static Chatbox.Tests.Integration.Index.IndexSamples;

namespace Chatbox.Tests.Integration.Index;

/// <summary>Metrics from tallies are those of the rows, whoever wrote the rows and whatever happened to them since.</summary>
[Collection(IndexCollection.Name)]
public sealed class TallyTests(IndexStores stores)
{
    /// <summary>What happens next, where in time, and to which session.</summary>
    public sealed record Step(int Session, int Kind, int Number, int Scale);

    private static readonly TimeSpan[] Scales =
    [
        TimeSpan.FromTicks(1),
        TimeSpan.FromSeconds(7),
        TimeSpan.FromMinutes(1),
        TimeSpan.FromMinutes(13),
        TimeSpan.FromHours(5),
        TimeSpan.FromDays(1),
        TimeSpan.FromDays(9),
    ];

    [Theory, OnSqlite, OnPostgres]
    public async Task Metrics_are_those_of_the_rows_after_any_history(IndexStore store)
    {
        var step =
            from session in Gen.Choose(0, 9)
            from kind in Gen.Choose(0, 9)
            from number in Gen.Choose(0, 60)
            from scale in Gen.Choose(0, Scales.Length - 1)
            select new Step(session, kind, number, scale);
        var index = await stores.Open(store);
        var play = new Play(index);
        var property = Prop.ForAll(step.ArrayOf().ToArbitrary(), steps => play.Run(steps).GetAwaiter().GetResult());
        await Task.Run(() =>
            Check.One(Config.QuickThrowOnFailure.WithMaxTest(store == IndexStore.Sqlite ? 60 : 25).WithEndSize(60), property)
        );
    }

    // The release before writes the same rows, and knows nothing of tallies.
    [Theory, OnSqlite, OnPostgres]
    public async Task Rows_from_before_the_tallies_are_tallied_when_a_node_starts(IndexStore store)
    {
        var index = await stores.OpenEmpty(store);
        await IndexMigrations.Run(
            index.Database,
            [.. IndexMigrations.All.TakeWhile(version => !version.Contains("{mark_tallies}"))],
            required: 2,
            default
        );
        await index.Apply([
            .. Enumerable
                .Range(0, 300)
                .Select(n =>
                    (Session(started: Noon.AddHours(n)) with { EndTime = n % 3 == 0 ? null : Noon.AddHours(n + n % 50) }).At(
                        2,
                        Answered(2, "x", Noon.AddHours(n).AddSeconds(n), waited: 100 * n)
                    )
                ),
        ]);
        var told = new List<(int, int)>();
        index.Database.Migrating = (n, count) => told.Add((n, count));

        await index.Index.Migrate(default);

        Assert.Equal(0, await Marks(index));
        Assert.Equal((16, 16), told[^1]);
        await Naive.Check(index, Noon.AddHours(-7), Noon.AddDays(20));
        await Naive.Check(index, Noon.AddHours(7.3), Noon.AddHours(20.1));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Marks_go_when_there_are_too_many_and_in_time(IndexStore store)
    {
        var index = await stores.Open(store);
        var node = index.Index;
        await node.Apply([.. Enumerable.Range(0, 250).Select(n => Session(started: Noon.AddMinutes(2 * n)).At(1))], default);
        await Naive.Check(index, Noon, Noon.AddDays(1));
        Assert.Equal(0, await Marks(index));

        await node.Apply([Session().At(1)], default);
        Assert.NotEqual(0, await Marks(index));
        index.Clock.Advance(SqlTallies.Interval);
        await node.Apply([Session().At(1)], default);
        Assert.Equal(0, await Marks(index));
        await Naive.Check(index, Noon, Noon.AddDays(1));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Tallies_are_right_while_nodes_write_and_tally_at_the_same_time(IndexStore store)
    {
        var index = await stores.Open(store);
        var nodes = Enumerable.Range(0, 3).Select(_ => index.Index).ToList();
        await Task.WhenAll(
            nodes.Select(
                (node, n) =>
                    Task.Run(async () =>
                    {
                        for (var round = 0; round < 20; round++)
                        {
                            var session = Session(started: Noon.AddSeconds(20 * round + n));
                            await node.Apply([session.At(2, Answered(2, "x", Noon.AddMinutes(round % 7)))], default);
                            await node.Apply([(session with { EndTime = Noon.AddHours(1 + n) }).At(3)], default);
                            if (round % 4 == n)
                                await node.Erase(session.SessionId, default);
                            if (round % 5 == n)
                                await node.Migrate(default);
                            await node.Metrics(Noon.AddMinutes(-round), Noon.AddHours(2), default);
                        }
                    })
            )
        );

        await Naive.Check(index, Noon, Noon.AddHours(6));
        await index.Index.Migrate(default);
        Assert.Equal(0, await Marks(index));
        await Naive.Check(index, Noon, Noon.AddHours(6));
        await Naive.Check(index, Noon.AddDays(-1), Noon.AddDays(6));
    }

    private static async Task<int> Marks(TestIndex index)
    {
        await using var db = index.Database.Connect();
        return await db.GetTable<TallyMarkRow>().CountAsync();
    }

    /// <summary>Plays histories, one after the other in the same index.</summary>
    private sealed class Play(TestIndex index)
    {
        private readonly ISessionIndex _node = index.Index;
        private int _number;

        public async Task Run(Step[] steps)
        {
            // Each history has years of its own, but what is active at the end of one stays so.
            var origin = Noon.AddYears(2 * ++_number);
            var sessions = new Dictionary<int, SessionUpdate>();
            var sent = new List<SessionUpdate>();
            foreach (var step in steps)
            {
                var at = origin + step.Number * Scales[step.Scale];
                if (step.Kind == 9)
                    index.Clock.Advance(SqlTallies.Interval);
                if (step.Kind == 8 && sent.Count > 0)
                    await _node.Apply([sent[step.Number % sent.Count]], default); // late, and perhaps of an erased session
                else if (step.Kind == 7 && sessions.Remove(step.Session, out var erased))
                    await _node.Erase(erased.Summary.SessionId, default);
                else
                    await _node.Apply([sessions[step.Session] = Next(sessions.GetValueOrDefault(step.Session), step, at)], default);
                if (sessions.TryGetValue(step.Session, out var told))
                    sent.Add(told);
            }

            foreach (var step in steps.TakeLast(4).Append(new Step(0, 0, 60, 5)))
            {
                var start = origin + step.Number * Scales[step.Scale] - Scales[step.Kind % Scales.Length];
                await Naive.Check(index, start, start + (1 + step.Session) * Scales[(step.Scale + step.Kind) % Scales.Length]);
            }
        }

        private static SessionUpdate Next(SessionUpdate? last, Step step, DateTimeOffset at)
        {
            if (last is null)
                return Session(new UserId($"user{step.Session}"), at).At(1);
            var (seq, session) = (last.Seq + 1, last.Summary);
            var later = at > session.LastActivity ? at : session.LastActivity;
            return step.Kind switch
            {
                0 or 1 => (session with { LastActivity = later }).At(seq, Answered(seq, "x", at, step.Number, step.Number * 211)),
                2 => session.At(seq, Answered(seq, "x", at, 3) with { ResponseTime = null }),
                3 => (session with { EndTime = later, LastActivity = later }).At(seq),
                4 => (session with { EndTime = null, LastActivity = later }).At(seq),
                5 => (session with { HelpRequested = true, HelpRequests = session.HelpRequests + 1, RatingsUp = step.Number }).At(seq),
                6 => (session with { AdminAssisted = !session.AdminAssisted, Takeovers = step.Number, RatingsDown = 1 }).At(seq),
                _ => (session with { Name = $"name {seq}" }).At(seq, Said(seq, "text", at)),
            };
        }
    }

    /// <summary>Metrics without any art: all rows, moment by moment.</summary>
    private static class Naive
    {
        public static async Task Check(TestIndex index, DateTimeOffset start, DateTimeOffset end)
        {
            var told = await index.Index.Metrics(start, end, default);
            await using var db = index.Database.Connect();
            var sessions = await db.GetTable<SessionRow>().ToListAsync();
            var answers = await db.GetTable<MessageRow>().Where(m => m.Type == MessageRow.Answer).ToListAsync();
            var intervals = await db.GetTable<IntervalRow>().Where(i => i.Ended > i.Started).ToListAsync();

            var (from, to) = (start.UtcTicks, end.UtcTicks);
            var begun = sessions.Where(s => s.StartTime >= from && s.StartTime < to).ToList();
            var given = answers.Where(a => a.SentAt >= from && a.SentAt < to).ToList();
            var times = given.Where(a => a.ResponseTime != null).Select(a => a.ResponseTime!.Value).ToList();
            Assert.Equal(
                (
                    begun.Count,
                    begun.Count(s => s.EndTime == IndexTime.Never),
                    begun.Count(s => s.AdminAssisted),
                    begun.Count(s => s.HelpRequested),
                    new PeopleNumbers(
                        begun.Sum(s => s.Takeovers),
                        begun.Sum(s => s.HelpRequests),
                        begun.Sum(s => s.RatingsUp),
                        begun.Sum(s => s.RatingsDown)
                    )
                ),
                (told.TotalSessions, told.ActiveSessions, told.AdminAssisted, told.HelpRequested, told.People)
            );
            Assert.Equal(
                (given.Sum(a => a.Tokens), times.Count == 0 ? 0 : times.Sum() / times.Count, times.DefaultIfEmpty(0).Max()),
                (told.TotalTokens, told.AverageResponseTime.Ticks, told.MaxResponseTime.Ticks)
            );
            await CheckTotals(index, sessions, start, end);
            Assert.Equal(Most(intervals, from, to), told.MaxConcurrent);
            var area = intervals.Sum(i => (double)Math.Max(0, Math.Min(i.Ended, to) - Math.Max(i.Started, from)));
            Assert.Equal(area / (to - from), told.AverageConcurrent, 9);

            Assert.Equal(start, told.Series[0].Start);
            var error = end - start > TimeSpan.FromHours(30) ? 0.008 : 0.0005;
            foreach (var (n, step) in told.Series.Index())
            {
                var (first, last) = (step.Start.UtcTicks, n + 1 < told.Series.Count ? told.Series[n + 1].Start.UtcTicks : to);
                var within = given.Where(a => a.SentAt >= first && a.SentAt < last).ToList();
                var waited = within.Where(a => a.ResponseTime != null).Select(a => a.ResponseTime!.Value).Order().ToList();
                Assert.Equal(
                    (begun.Count(s => s.StartTime >= first && s.StartTime < last), Most(intervals, first, last), within.Sum(a => a.Tokens)),
                    (step.Sessions, step.Concurrent, step.Tokens)
                );
                Near(Rank(waited, 50), step.ResponseTimeP50, error);
                Near(Rank(waited, 95), step.ResponseTimeP95, error);
            }
        }

        /// <summary>Lists count their sessions from the same tallies.</summary>
        private static async Task CheckTotals(TestIndex index, List<SessionRow> sessions, DateTimeOffset start, DateTimeOffset end)
        {
            SessionQuery[] queries =
            [
                new(),
                new(Active: true, HelpRequested: false),
                new(AdminAssisted: true, StartedTo: end),
                new(Active: false, AdminAssisted: false, HelpRequested: true, StartedFrom: start),
                new(StartedFrom: start, StartedTo: end),
            ];
            foreach (var query in queries)
            {
                var expected = sessions.Count(s =>
                    (query.Active is not { } active || active == (s.EndTime == IndexTime.Never))
                    && s.AdminAssisted == (query.AdminAssisted ?? s.AdminAssisted)
                    && s.HelpRequested == (query.HelpRequested ?? s.HelpRequested)
                    && s.StartTime >= (query.StartedFrom?.UtcTicks ?? 0)
                    && s.StartTime <= (query.StartedTo?.UtcTicks ?? long.MaxValue)
                );
                Assert.Equal(expected, (await index.Index.List(query with { CountTotal = true, Limit = 1 }, default)).Total);
            }
        }

        private static int Most(List<IntervalRow> intervals, long from, long to) =>
            intervals
                .Select(i => i.Started)
                .Where(at => at > from && at < to)
                .Append(from)
                .Max(at => intervals.Count(i => i.Started <= at && i.Ended > at));

        private static TimeSpan Rank(List<long> sorted, int percent) =>
            sorted.Count == 0 ? TimeSpan.Zero : new TimeSpan(sorted[(int)Math.Ceiling(percent / 100.0 * sorted.Count) - 1]);

        private static void Near(TimeSpan exact, TimeSpan told, double error) =>
            Assert.InRange(told, exact * (1 - error), exact * (1 + error));
    }
}
