using System.Collections.Immutable;
using System.Diagnostics;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Chatbox.Messages;
using Chatbox.Node.Stores.Index.Sql;
using Chatbox.Node.Stores.Postgres;
using Chatbox.Node.Stores.Sqlite;
using LinqToDB;
using LinqToDB.Data;
using Microsoft.Data.Sqlite;

namespace Chatbox.Benchmarks.Runs;

/// <summary>The size of the index and the number of queries.</summary>
/// <param name="Postgres">The address of an empty PostgreSQL database; null for SQLite only.</param>
/// <param name="Sqlite">Whether to measure SQLite.</param>
/// <param name="Messages">The number of messages per session, questions and answers in turn.</param>
/// <param name="Queries">The number of queries of each kind, after a warm-up of a tenth as many.</param>
internal sealed record IndexSettings(string? Postgres, bool Sqlite, int Sessions, int Messages, int Users, int Queries);

/// <summary>The times of one kind of query, in milliseconds.</summary>
internal sealed record IndexTimes(string Query, IReadOnlyList<double> Milliseconds);

/// <summary>The measurements of one store.</summary>
internal sealed record IndexMeasurement(string Store, TimeSpan Fill, long Bytes, IReadOnlyList<IndexTimes> Times);

/// <summary>Fills an index with conversations and runs the queries of the REST routes.</summary>
internal static class IndexRun
{
    private const int Seed = 20260301;
    private const int WordsInLanguage = 5_000;
    private const int WordsInMessage = 20;
    private const int Days = 90;
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = Start.AddDays(Days);

    public static async Task<IReadOnlyList<IndexMeasurement>> Run(
        IndexSettings settings,
        TextWriter progress,
        CancellationToken cancellationToken
    )
    {
        var measurements = new List<IndexMeasurement>();
        if (settings.Sqlite)
            measurements.Add(await MeasureSqlite(settings, progress, cancellationToken));
        if (settings.Postgres is { } postgres)
            measurements.Add(
                await Measure(
                    new PostgresIndexDatabase(PostgresAddress.ToConnectionString(postgres, TimeSpan.FromSeconds(10), 30)),
                    settings,
                    progress,
                    cancellationToken
                )
            );
        return measurements;
    }

    private static async Task<IndexMeasurement> MeasureSqlite(
        IndexSettings settings,
        TextWriter progress,
        CancellationToken cancellationToken
    )
    {
        var folder = Directory.CreateTempSubdirectory("chatbox-index-").FullName;
        try
        {
            var file = SqliteHosting.ConnectionString(folder);
            SqliteHosting.Prepare(file);
            return await Measure(new SqliteIndexDatabase(file), settings, progress, cancellationToken);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<IndexMeasurement> Measure(
        IndexDatabase database,
        IndexSettings settings,
        TextWriter progress,
        CancellationToken cancellationToken
    )
    {
        var index = new SqlSessionIndex(database, new PlainCipher(), TimeProvider.System);
        await index.Migrate(cancellationToken);
        await progress.WriteLineAsync($"{database.Name}: filling");
        var random = new Random(Seed);
        var filling = Stopwatch.StartNew();
        var ids = new List<SessionId>();
        foreach (var chunk in Enumerable.Range(0, settings.Sessions).Chunk(IndexBatch))
        {
            var updates = chunk.Select(n => Conversation(n, settings, random)).ToList();
            await index.Apply(updates, cancellationToken);
            ids.AddRange(updates.Select(update => update.Summary.SessionId));
        }

        // What a node does at its start; the writer has done most of it.
        await index.Migrate(cancellationToken);
        filling.Stop();
        var bytes = await Settle(database, cancellationToken);
        var times = new List<IndexTimes>();
        foreach (var (name, query) in Queries(index, settings, ids, random, cancellationToken))
        {
            await progress.WriteLineAsync($"{database.Name}: {name}");
            times.Add(new IndexTimes(name, await Time(query, settings.Queries)));
        }

        return new IndexMeasurement(database.Name, filling.Elapsed, bytes, times);
    }

    private const int IndexBatch = 64; // the batch size of the index writer

    private static IEnumerable<(string Name, Func<Task> Query)> Queries(
        SqlSessionIndex index,
        IndexSettings settings,
        IReadOnlyList<SessionId> ids,
        Random random,
        CancellationToken cancellationToken
    )
    {
        UserId User() => new($"user{random.Next(settings.Users)}");
        yield return ("own list, first page", () => index.List(new SessionQuery(User()), cancellationToken));
        yield return ("history, newest 50", () => index.History(ids[random.Next(ids.Count)], null, 50, cancellationToken));
        yield return (
            "history, 50 before a place",
            () => index.History(ids[random.Next(ids.Count)], settings.Messages / 2, 50, cancellationToken)
        );
        foreach (var (filter, list) in Filters)
        foreach (var order in Enum.GetValues<SessionOrder>())
            yield return (
                $"admin list of {filter} by {order}, with total",
                () => index.List(list with { OrderBy = order, CountTotal = true }, cancellationToken)
            );
        yield return ("admin list, offset half", () => index.List(new SessionQuery(Offset: settings.Sessions / 2), cancellationToken));
        string? next = null;
        yield return (
            "admin list, next page by cursor",
            async () => next = (await index.List(new SessionQuery(Cursor: next), cancellationToken)).Next
        );
        yield return ("search, one word", () => index.List(new SessionQuery(User(), Search: Word(random)), cancellationToken));
        yield return (
            "search, three words",
            () => index.List(new SessionQuery(User(), Search: $"{Word(random)} {Word(random)} {Word(random)}"), cancellationToken)
        );
        foreach (var (span, length) in Spans)
            yield return ($"metrics of {span} until some moment", () => Metrics(length));
        yield return ("metrics of everything", () => index.Metrics(Start, End, cancellationToken));
        yield return ("idle sessions", () => index.IdleSince(End, null, 100, cancellationToken));

        // The end is at any tick, as for a dashboard that asks for the time until now.
        Task Metrics(TimeSpan length)
        {
            var end = End - new TimeSpan(random.NextInt64((End - Start - length).Ticks + 1));
            return index.Metrics(end - length, end, cancellationToken);
        }
    }

    private static readonly (string Span, TimeSpan Length)[] Spans =
    [
        ("an hour", TimeSpan.FromHours(1)),
        ("a day", TimeSpan.FromDays(1)),
        ("a week", TimeSpan.FromDays(7)),
        ("30 days", TimeSpan.FromDays(30)),
        ("60 days", TimeSpan.FromDays(60)),
    ];

    private static readonly (string Filter, SessionQuery List)[] Filters =
    [
        ("all", new SessionQuery()),
        ("active ones", new SessionQuery(Active: true)),
        ("ended ones", new SessionQuery(Active: false)),
        ("assisted ones", new SessionQuery(AdminAssisted: true)),
        ("not assisted ones", new SessionQuery(AdminAssisted: false)),
        ("helped ones", new SessionQuery(HelpRequested: true)),
        ("not helped ones", new SessionQuery(HelpRequested: false)),
        ("assisted and ended ones without help", new SessionQuery(Active: false, AdminAssisted: true, HelpRequested: false)),
        ("a day", new SessionQuery(StartedFrom: End.AddDays(-40), StartedTo: End.AddDays(-39))),
        ("30 days", new SessionQuery(StartedFrom: End.AddDays(-60), StartedTo: End.AddDays(-30))),
    ];

    private static SessionUpdate Conversation(int n, IndexSettings settings, Random random)
    {
        // Evenly over the days; one in a hundred is still active, the latest. One in twenty has asked for help, and half of these got it.
        var started = Start + (End - Start) * n / settings.Sessions;
        var at = started;
        var messages = Enumerable
            .Range(1, settings.Messages)
            .Select(seq => Message(seq, at = at.AddSeconds(1 + random.Next(60)), random))
            .ToImmutableArray();
        var ended = at.AddSeconds(random.Next(1_800));
        var helped = random.Next(20) == 0;
        var summary = new SessionSummary(
            SessionId.New(),
            new UserId($"user{random.Next(settings.Users)}"),
            Text(random, 6),
            new ModelId("model"),
            started,
            n >= settings.Sessions - settings.Sessions / 100 ? null : ended,
            ended,
            messages.Length,
            messages.Sum(message => message.Tokens),
            TimeSpan.FromSeconds(2),
            TimeSpan.FromSeconds(settings.Messages / 2),
            settings.Messages / 2
        )
        {
            HelpRequested = helped,
            HelpRequests = helped ? 1 : 0,
            AdminAssisted = helped && random.Next(2) == 0,
        };
        return new SessionUpdate(settings.Messages, summary, messages, []);
    }

    private static IndexedMessage Message(int seq, DateTimeOffset at, Random random)
    {
        var isAnswer = seq % 2 == 0;
        return new IndexedMessage(
            seq,
            MessageId.New(),
            isAnswer ? "ai_response" : "user_message",
            isAnswer ? "ai" : "user",
            Text(random, isAnswer ? 4 * WordsInMessage : WordsInMessage),
            ImmutableSortedDictionary<string, string>.Empty,
            at,
            isAnswer ? random.Next(1_000) : 0,
            // Most answers begin within a second, and a few take ten times as long.
            isAnswer ? TimeSpan.FromMilliseconds(200 + 600 * Math.Exp(random.NextDouble() * random.NextDouble() * 4)) : null
        );
    }

    private static string Text(Random random, int words) => string.Join(' ', Enumerable.Range(0, words).Select(_ => Word(random)));

    // A few words are in almost every text and most words are rare, as in a natural language.
    private static string Word(Random random) => $"word{(int)(WordsInLanguage * Math.Pow(random.NextDouble(), 3))}";

    private static async Task<IReadOnlyList<double>> Time(Func<Task> query, int count)
    {
        for (var n = 0; n < Math.Max(1, count / 10); n++)
            await query();
        var times = new List<double>(count);
        for (var n = 0; n < count; n++)
        {
            var started = Stopwatch.GetTimestamp();
            await query();
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return times;
    }

    /// <summary>Updates the planner's statistics, as a server does by itself in time. Returns the size of the store.</summary>
    private static async Task<long> Settle(IndexDatabase database, CancellationToken cancellationToken)
    {
        await using var db = database.Connect();
        db.CommandTimeout = 0;
        if (database is SqliteIndexDatabase)
            return await db.ExecuteAsync<long>(
                "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
                cancellationToken
            );
        await db.ExecuteAsync("VACUUM ANALYZE", cancellationToken);
        return await db.ExecuteAsync<long>("SELECT pg_database_size(current_database())", cancellationToken);
    }
}
