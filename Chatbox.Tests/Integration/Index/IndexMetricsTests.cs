using Chatbox.Actors.Index;
using Chatbox.Messages;
using LinqToDB.Data;
using static Chatbox.Tests.Integration.Index.IndexSamples;

namespace Chatbox.Tests.Integration.Index;

/// <summary>Numbers over a span of time.</summary>
[Collection(IndexCollection.Name)]
public sealed class IndexMetricsTests(IndexStores stores)
{
    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Numbers_are_those_of_the_span(IndexStore store)
    {
        var index = await stores.Open(store);
        var before = Session(started: Noon.AddHours(-1)) with { EndTime = Noon.AddMinutes(30), Takeovers = 100 };
        var inside = Session(started: Noon.AddMinutes(15)) with
        {
            EndTime = Noon.AddMinutes(45),
            HelpRequested = true,
            HelpRequests = 2,
            RatingsUp = 3,
        };
        var open = Session(started: Noon.AddMinutes(45)) with { AdminAssisted = true, Takeovers = 4, RatingsUp = 1, RatingsDown = 5 };
        var after = Session(started: Noon.AddHours(1));
        await index.Apply(
            before.At(3, Answered(2, "early", Noon.AddTicks(-1), tokens: 1000), Answered(3, "first", Noon, tokens: 5, waited: 100)),
            inside.At(9, [.. Enumerable.Range(1, 9).Select(n => Answered(n, "x", Noon.AddMinutes(31), tokens: 10, waited: 100 * n))]),
            open.At(1),
            after.At(2, Answered(2, "late", Noon.AddHours(1), tokens: 1000))
        );

        var metrics = await index.Index.Metrics(Noon, Noon.AddHours(1), default);

        Assert.Equal((2, 1, 1, 1), (metrics.TotalSessions, metrics.ActiveSessions, metrics.AdminAssisted, metrics.HelpRequested));
        Assert.Equal(new PeopleNumbers(Takeovers: 4, HelpRequests: 2, RatingsUp: 4, RatingsDown: 5), metrics.People);
        Assert.Equal(95, metrics.TotalTokens);
        Assert.Equal(TimeSpan.FromMilliseconds(460), metrics.AverageResponseTime);
        Assert.Equal(TimeSpan.FromMilliseconds(900), metrics.MaxResponseTime);
        // Half an hour of the first, half an hour of the second, a quarter of the third.
        Assert.Equal(1.25, metrics.AverageConcurrent, 6);
        Assert.Equal(2, metrics.MaxConcurrent);
        Assert.Equal(60, metrics.Series.Count);
        Assert.Equal(Noon, metrics.Series[0].Start);
        Assert.Equal([15, 45], Enumerable.Range(0, 60).Where(minute => metrics.Series[minute].Sessions == 1));
        var busy = metrics.Series[31];
        Assert.Equal(
            (90L, 500d, 900d, 1),
            (busy.Tokens, busy.ResponseTimeP50.TotalMilliseconds, busy.ResponseTimeP95.TotalMilliseconds, busy.Concurrent)
        );
        Assert.Equal([1, 2, 1, 1], new[] { 0, 20, 30, 59 }.Select(minute => metrics.Series[minute].Concurrent));
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Failed_answers_are_counted_by_model_and_step(IndexStore store)
    {
        var index = await stores.Open(store);
        var session = Session(started: Noon);
        var update = session.At(
            9,
            Failed(2, "small", Noon.AddTicks(-1)),
            Failed(3, "small", Noon),
            Answered(4, "fine", Noon.AddMinutes(1)),
            Failed(5, "large", Noon.AddMinutes(1)),
            Failed(6, "large", Noon.AddMinutes(59)),
            Failed(7, "large", Noon.AddHours(1))
        );
        await index.Apply(update, update); // an update may be repeated

        var errors = (await index.Index.Metrics(Noon, Noon.AddHours(1), default)).Errors;

        Assert.Equal([("large", 2L), ("small", 1L)], errors.Select(one => (one.Model.Value, one.Count)));
        Assert.All(errors, one => Assert.Equal(60, one.Series.Count));
        Assert.Equal([1, 59], Enumerable.Range(0, 60).Where(minute => errors[0].Series[minute] == 1));
        Assert.Equal(1, errors[1].Series[0]);
        Assert.Empty((await index.Index.Metrics(Noon.AddHours(2), Noon.AddHours(3), default)).Errors);

        await index.Index.Erase(session.SessionId, default);
        Assert.Empty((await index.Index.Metrics(Noon, Noon.AddHours(1), default)).Errors);
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Only_the_worst_models_are_listed(IndexStore store)
    {
        var index = await stores.Open(store);
        var failures = Enumerable.Range(1, 25).Select(n => Failed(n, $"model{n}", Noon)).Append(Failed(30, "model25", Noon));
        await index.Apply(Session(started: Noon).At(30, [.. failures]));

        var errors = (await index.Index.Metrics(Noon, Noon.AddDays(1), default)).Errors;

        Assert.Equal((IndexMetrics.MaxModels, "model25"), (errors.Count, errors[0].Model.Value));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Erasure_of_an_earlier_release_leaves_no_failed_answer(IndexStore store)
    {
        var index = await stores.Open(store);
        var session = Session(started: Noon);
        await index.Apply(session.At(2, Failed(2, "small", Noon)));
        await using var db = index.Database.Connect();
        await db.ExecuteAsync($"DELETE FROM sessions WHERE session_id = '{session.SessionId}'");

        Assert.Empty((await index.Index.Metrics(Noon, Noon.AddHours(1), default)).Errors);
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Session_that_is_reopened_is_active_twice(IndexStore store)
    {
        var index = await stores.Open(store);
        var session = Session(started: Noon);
        await index.Apply(session.At(1));
        await index.Apply((session with { EndTime = Noon.AddMinutes(10) }).At(2));
        await index.Apply((session with { LastActivity = Noon.AddMinutes(20) }).At(3));
        await index.Apply((session with { LastActivity = Noon.AddMinutes(20), EndTime = Noon.AddMinutes(40) }).At(4));
        await index.Apply((session with { LastActivity = Noon.AddMinutes(20), EndTime = Noon.AddMinutes(40) }).At(5));

        var metrics = await index.Index.Metrics(Noon, Noon.AddHours(1), default);
        Assert.Equal(0.5, metrics.AverageConcurrent, 6);
        Assert.Equal(1, metrics.MaxConcurrent);
        Assert.Equal([1, 0, 1, 0], new[] { 5, 15, 25, 45 }.Select(minute => metrics.Series[minute].Concurrent));
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Empty_span_is_all_zeros_and_a_long_one_has_few_buckets(IndexStore store)
    {
        var index = await stores.Open(store);
        var metrics = await index.Index.Metrics(Noon, Noon.AddDays(1), default);
        Assert.Equal(
            (0, 0, 0d, 0, 0L),
            (metrics.TotalSessions, metrics.ActiveSessions, metrics.AverageConcurrent, metrics.MaxConcurrent, metrics.TotalTokens)
        );
        Assert.Equal(48, metrics.Series.Count);

        Assert.InRange((await index.Index.Metrics(Noon.AddYears(-100), Noon, default)).Series.Count, 1, 60);
        Assert.Single((await index.Index.Metrics(Noon, Noon.AddTicks(1), default)).Series);
        await Assert.ThrowsAnyAsync<ArgumentException>(() => index.Index.Metrics(Noon, Noon, default));
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task End_and_beginning_at_the_same_moment_are_not_two_sessions(IndexStore store)
    {
        var index = await stores.Open(store);
        await index.Apply(
            (Session(started: Noon.AddHours(-1)) with { EndTime = Noon.AddMinutes(30) }).At(1),
            (Session(started: Noon.AddMinutes(30)) with { EndTime = Noon.AddHours(2) }).At(1)
        );

        var metrics = await index.Index.Metrics(Noon, Noon.AddHours(1), default);
        Assert.Equal((1, 1d), (metrics.MaxConcurrent, metrics.AverageConcurrent));
        Assert.All(metrics.Series, step => Assert.Equal(1, step.Concurrent));
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Steps_begin_at_whole_minutes_though_the_span_does_not(IndexStore store)
    {
        var index = await stores.Open(store);
        var start = Noon.AddTicks(1);
        await index.Apply((Session(started: Noon.AddSeconds(59)) with { EndTime = Noon.AddMinutes(1) }).At(1));

        var series = (await index.Index.Metrics(start, start.AddHours(1), default)).Series;
        Assert.Equal(61, series.Count);
        Assert.Equal([start, Noon.AddMinutes(1), Noon.AddHours(1)], new[] { 0, 1, 60 }.Select(step => series[step].Start));
        Assert.Equal([(1, 1), (0, 0)], series.Take(2).Select(step => (step.Sessions, step.Concurrent)));

        // A day of people in Nepal.
        var midnight = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.FromHours(5.75));
        series = (await index.Index.Metrics(midnight, midnight.AddDays(30), default)).Series;
        Assert.Equal(Enumerable.Range(0, 30).Select(day => midnight.AddDays(day)), series.Select(step => step.Start));
    }

    private static IndexedMessage Failed(long seq, string model, DateTimeOffset at) =>
        Answered(seq, "x", at) with
        {
            FailedModel = new ModelId(model),
        };
}
