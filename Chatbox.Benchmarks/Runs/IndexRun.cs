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
/// <param name="Messages">The number of messages per session, questions and answers in turn.</param>
/// <param name="Queries">The number of queries of each kind, after a warm-up of a tenth as many.</param>
internal sealed record IndexSettings(string? Postgres, int Sessions, int Messages, int Users, int Queries);

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
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static async Task<IReadOnlyList<IndexMeasurement>> Run(
        IndexSettings settings,
        TextWriter progress,
        CancellationToken cancellationToken
    )
    {
        var measurements = new List<IndexMeasurement>();
        var folder = Directory.CreateTempSubdirectory("chatbox-index-").FullName;
        try
        {
            var file = SqliteHosting.ConnectionString(folder);
            SqliteHosting.Prepare(file);
            measurements.Add(await Measure(new SqliteIndexDatabase(file), settings, progress, cancellationToken));
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }

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
        foreach (var order in Enum.GetValues<SessionOrder>())
            yield return ($"admin list by {order}, first page", () => index.List(new SessionQuery(OrderBy: order), cancellationToken));
        yield return (
            "admin list of active ones with total",
            () => index.List(new SessionQuery(Active: true, CountTotal: true), cancellationToken)
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
        yield return ("metrics of a day", () => index.Metrics(Start.AddDays(10), Start.AddDays(11), cancellationToken));
        yield return ("idle sessions", () => index.IdleSince(Start.AddDays(100), null, 100, cancellationToken));
    }

    private static SessionUpdate Conversation(int n, IndexSettings settings, Random random)
    {
        // Ten sessions start per minute; one in a hundred is still active.
        var started = Start.AddSeconds(6 * n);
        var messages = Enumerable
            .Range(1, settings.Messages)
            .Select(seq => Message(seq, started.AddSeconds(seq), random))
            .ToImmutableArray();
        var ended = started.AddSeconds(settings.Messages + random.Next(3_600));
        var summary = new SessionSummary(
            SessionId.New(),
            new UserId($"user{random.Next(settings.Users)}"),
            Text(random, 6),
            new ModelId("model"),
            started,
            n % 100 == 0 ? null : ended,
            ended,
            messages.Length,
            messages.Sum(message => message.Tokens),
            TimeSpan.FromSeconds(2),
            TimeSpan.FromSeconds(settings.Messages / 2),
            settings.Messages / 2
        );
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
            isAnswer ? TimeSpan.FromMilliseconds(random.Next(3_000)) : null
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
