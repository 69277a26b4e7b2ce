using System.Data.Common;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Chatbox.Actors.Index;
using Chatbox.Messages;
using Chatbox.Node.Stores.Index.Sql;
using LinqToDB;
using LinqToDB.Data;
using static Chatbox.Tests.Integration.Index.IndexSamples;

namespace Chatbox.Tests.Integration.Index;

/// <summary>What SQLite means to do with the queries of the index: what it reads must not grow with what is there.</summary>
[Collection(IndexCollection.Name)]
public sealed class IndexPlanTests(IndexStores stores)
{
    [Fact]
    public async Task History_is_one_range_of_an_index()
    {
        var (index, database) = await Open();
        var session = SessionId.New();
        await index.History(session, null, 100, default);
        await index.History(session, 7, 100, default);

        Assert.Equal(2, database.Statements.Count);
        Assert.Contains("(session_id=?)", Assert.Single(await database.Plan(0)), StringComparison.Ordinal);
        Assert.Contains("(session_id=? AND seq<?)", Assert.Single(await database.Plan(1)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_follow_the_index_of_their_order_and_read_no_message()
    {
        var (index, database) = await Open();
        // Durations of active sessions grow: they stand in no index, and are sorted.
        foreach (var order in Enum.GetValues<SessionOrder>().Except([SessionOrder.Duration]))
        {
            var query = new SessionQuery(OrderBy: order, Limit: 1);
            var first = await index.List(query, default);
            await index.List(query with { Cursor = first.Next }, default);
        }

        await index.List(new SessionQuery(Alice), default);
        await index.List(new SessionQuery(Alice, Search: "two words"), default);
        await index.IdleSince(Noon, null, 10, default);
        await index.IdleSince(Noon, new IdleSession(SessionId.New(), Noon), 10, default);

        Assert.InRange(database.Statements.Count, 15, 50);
        for (var n = 0; n < database.Statements.Count; n++)
        {
            Assert.DoesNotContain("messages", database.Statements[n], StringComparison.Ordinal);
            Assert.All(
                await database.Plan(n),
                step =>
                {
                    Assert.DoesNotContain("TEMP B-TREE", step, StringComparison.Ordinal);
                    Assert.True(
                        !step.StartsWith("SCAN", StringComparison.Ordinal) || step.Contains("INDEX", StringComparison.Ordinal),
                        step
                    );
                }
            );
        }
    }

    [Fact]
    public async Task Search_of_many_words_is_one_statement_that_enters_the_index_of_words_for_each()
    {
        var (index, database) = await Open();
        var words = Enumerable.Range(0, 16).Select(n => $"word{n}");
        await index.List(new SessionQuery(Alice, Search: string.Join(' ', words)), default);

        Assert.Single(database.Statements);
        // By all of its columns: by the word alone, the cost would grow with the square of the number of sessions.
        var plan = await database.Plan(0);
        var entered = plan.Count(step => step.Contains("word=?") && step.Contains("session_id=?"));
        Assert.True(entered == 16, $"{database.Statements[0]}\n{string.Join('\n', plan)}");
    }

    [Fact]
    public async Task Durations_of_ended_sessions_come_from_their_index()
    {
        var (index, database) = await Open();
        await index.List(new SessionQuery(OrderBy: SessionOrder.Duration), default);

        Assert.Contains(await database.Plan(0), step => step.Contains("sessions_by_duration", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Lists_of_sessions_that_needed_a_person_have_indexes_of_their_own()
    {
        var (index, database) = await Open();
        foreach (var order in Enum.GetValues<SessionOrder>())
        {
            foreach (var query in new[] { new SessionQuery(AdminAssisted: true), new SessionQuery(HelpRequested: true) })
            {
                database.Statements.Clear();
                await index.List(query with { OrderBy = order }, default);
                var name = query.AdminAssisted == true ? "assisted_by_" : "helped_by_";
                var plan = await database.Plan(0);
                Assert.True(plan.Any(step => step.Contains(name)), $"{database.Statements[0]}\n{string.Join('\n', plan)}");
            }
        }
    }

    [Fact]
    public async Task Metrics_read_no_more_than_ranges_of_indexes()
    {
        var (index, database) = await Open();
        await index.Metrics(Noon.AddTicks(1), Noon.AddDays(3.3), default);

        var reads = Enumerable.Range(0, database.Statements.Count).Where(n => database.Statements[n].Contains("SELECT")).ToList();
        Assert.InRange(reads.Count, 5, 8);
        foreach (var n in reads)
        {
            Assert.All(
                await database.Plan(n),
                step => Assert.DoesNotMatch("^SCAN (sessions|messages|intervals|tallies|tally_marks|[a-z]_?[0-9]*)( |$)", step)
            );
            Assert.DoesNotContain("body", database.Statements[n], StringComparison.Ordinal);
        }
    }

    private async Task<(ISessionIndex Index, ExplainedDatabase Database)> Open()
    {
        var index = await stores.Open(IndexStore.Sqlite);
        await index.Apply(Session().At(2, Said(2, "two words")), Session().At(1));
        var database = new ExplainedDatabase(index.Database);
        return ((index with { Database = database }).Index, database);
    }

    /// <summary>Keeps the statements that were executed, to ask what the database makes of them.</summary>
    private sealed class ExplainedDatabase(IndexDatabase inner) : IndexDatabase
    {
        public List<string> Statements { get; } = [];

        public override string Name => inner.Name;

        public override string CountTables => inner.CountTables;

        public override DataOptions Options =>
            inner.Options.UseTracing(
                TraceLevel.Info,
                trace =>
                {
                    if (trace is { TraceInfoStep: TraceInfoStep.BeforeExecute, Command.CommandText: var statement })
                        Statements.Add(statement);
                }
            );

        public async Task<IReadOnlyList<string>> Plan(int statement)
        {
            await using var db = inner.Connect();
            // A parameter that is not bound is null, which changes no plan.
            var text = Statements[statement];
            var steps = new List<string>();
            await using var command = db.OpenDbConnection().CreateCommand();
            command.CommandText = $"EXPLAIN QUERY PLAN {text}";
            foreach (var name in Regex.Matches(text, "@\\w+").Select(match => match.Value).Distinct())
            {
                var parameter = command.CreateParameter();
                (parameter.ParameterName, parameter.Value) = (name, DBNull.Value);
                command.Parameters.Add(parameter);
            }

            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                steps.Add(reader.GetString(reader.GetOrdinal("detail")));
            return steps;
        }

        public override string Translate(string statement) => inner.Translate(statement);

        public override Task LockSchema(DataConnection db, CancellationToken cancellationToken) => inner.LockSchema(db, cancellationToken);

        public override Task LockSessions(DataConnection db, IEnumerable<string> sessions, CancellationToken cancellationToken) =>
            inner.LockSessions(db, sessions, cancellationToken);

        public override Task<T> Snapshot<T>(DataConnection db, Func<Task<T>> reads, CancellationToken cancellationToken) =>
            inner.Snapshot(db, reads, cancellationToken);

        public override Task Scrub(DataConnection db, CancellationToken cancellationToken) => inner.Scrub(db, cancellationToken);

        public override bool IsOutage(DbException failure) => inner.IsOutage(failure);
    }
}
