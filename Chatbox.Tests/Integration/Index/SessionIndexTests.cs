using System.Collections.Immutable;
using Chatbox.Actors.Index;
using Chatbox.Messages;
using Chatbox.Node.Stores.Index;
using Chatbox.Node.Stores.Index.Sql;
using Chatbox.Node.Stores.Postgres;
using Chatbox.Node.Stores.Sqlite;
using LinqToDB;
using LinqToDB.Async;
using static Chatbox.Tests.Integration.Index.IndexSamples;

namespace Chatbox.Tests.Integration.Index;

/// <summary>What every index promises, whatever holds it: rows, shares, erasure, migrations, outages.</summary>
[Collection(IndexCollection.Name)]
public sealed class SessionIndexTests(IndexStores stores)
{
    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Update_is_read_back_as_it_was_written(IndexStore store)
    {
        var index = await stores.Open(store);
        var session = Session(name: "Größe 日本 🙂 '\"\\\0") with
        {
            EndTime = Noon.AddTicks(1234567),
            HelpRequested = true,
            AdminAssisted = true,
            AssistingAdminName = "Zoë",
        };
        var metadata = ImmutableSortedDictionary<string, string>.Empty.Add("a", "1\0\n").Add("é", "");
        var said = Said(3, "Line\r\n\0 \"quoted\" 🙂 <b>") with { Metadata = metadata, FileId = "f", FileUrl = "https://x/y?z=1" };
        await index.Apply(session.At(4, said, Answered(4, "Yes") with { ResponseTime = null }));

        Assert.Equal(session, await index.Index.Find(session.SessionId, default));
        var history = await index.Index.History(session.SessionId, null, 100, default);
        Assert.Equal([said.Text(), (Answered(4, "Yes") with { ResponseTime = null }).Text()], history.Select(message => message.Text()));
        Assert.Null(await index.Index.Find(SessionId.New(), default));
        Assert.Empty(await index.Index.History(SessionId.New(), null, 100, default));
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Late_update_changes_nothing(IndexStore store)
    {
        var index = await stores.Open(store);
        var session = Session();
        await index.Apply(session.At(5, Said(2, "one"), Said(5, "two")) with { });
        await index.Apply((session with { Name = "Older", MessageCount = 1 }).At(5, Said(2, "changed")));
        await index.Apply((session with { Name = "Oldest", MessageCount = 0 }).At(1));

        Assert.Equal(session, await index.Index.Find(session.SessionId, default));
        Assert.Equal(["one", "two"], (await index.Index.History(session.SessionId, null, 100, default)).Select(m => m.Content));
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Update_may_bring_messages_again_that_are_there(IndexStore store)
    {
        var index = await stores.Open(store);
        var session = Session();
        await index.Apply(session.At(5, Said(2, "one"), Answered(5, "two")));
        await index.Apply(
            session.At(9, Said(2, "one"), Answered(5, "two"), Answered(9, "three")) with
            {
                Superseded = [new MessageId("m5")],
            }
        );

        var history = await index.Index.History(session.SessionId, null, 100, default);
        Assert.Equal([("one", false), ("two", true), ("three", false)], history.Select(m => (m.Content, m.Superseded)));
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task History_pages_backwards_without_a_hole(IndexStore store)
    {
        var index = await stores.Open(store);
        var session = Session();
        var other = Session();
        await index.Apply(
            session.At(1000, [.. Enumerable.Range(1, 500).Select(n => Said(2 * n, $"text {n}"))]),
            other.At(7, Said(7, "not this"))
        );

        var read = new List<long>();
        for (long? before = null; ; before = read[0])
        {
            var page = await index.Index.History(session.SessionId, before, 7, default);
            if (page.Count == 0)
                break;
            read.InsertRange(0, page.Select(message => message.Seq));
        }

        Assert.Equal(Enumerable.Range(1, 500).Select(n => 2L * n), read);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => index.Index.History(session.SessionId, null, 1001, default));
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Share_token_is_kept_until_it_is_revoked_and_never_comes_back(IndexStore store)
    {
        var index = await stores.Open(store);
        var session = Session();
        Assert.Null(await index.Index.Share(session.SessionId, default));
        await index.Apply(session.At(1));

        var tokens = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => index.Index.Share(session.SessionId, default)));
        var token = Assert.Single(tokens.Distinct())!;
        Assert.Matches("^[0-9a-f]{32}$", token);
        await index.Apply((session with { MessageCount = 9 }).At(2));
        Assert.Equal(session with { MessageCount = 9, ShareToken = token }, await index.Index.FindShared(token, default));
        Assert.Equal(token, (await index.Index.Find(session.SessionId, default))!.ShareToken);

        await index.Index.RevokeShare(session.SessionId, default);
        Assert.Null(await index.Index.FindShared(token, default));
        Assert.Null((await index.Index.Find(session.SessionId, default))!.ShareToken);
        Assert.NotEqual(token, await index.Index.Share(session.SessionId, default));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Erased_session_leaves_no_row_and_late_updates_stay_out(IndexStore store)
    {
        var index = await stores.Open(store);
        var (session, other) = (Session(), Session());
        await index.Apply(session.At(3, Said(2, "planted"), Answered(3, "x")), other.At(3, Said(2, "planted"), Answered(3, "x")));
        var token = await index.Index.Share(session.SessionId, default);

        await index.Index.Erase(session.SessionId, default);
        await index.Index.Erase(session.SessionId, default);
        await index.Apply(session.At(9, Said(2, "planted"), Said(9, "late")));

        Assert.Null(await index.Index.Find(session.SessionId, default));
        Assert.Null(await index.Index.FindShared(token!, default));
        Assert.Null(await index.Index.Share(session.SessionId, default));
        Assert.Equal([other.SessionId], await index.Search("planted"));
        var id = session.SessionId.Value;
        await using var db = index.Database.Connect();
        Assert.Equal(0, await db.GetTable<SessionRow>().CountAsync(row => row.SessionId == id));
        Assert.Equal(0, await db.GetTable<MessageRow>().CountAsync(row => row.SessionId == id));
        Assert.Equal(0, await db.GetTable<WordRow>().CountAsync(row => row.SessionId == id));
        Assert.Equal(0, await db.GetTable<ShareRow>().CountAsync(row => row.SessionId == id));
        Assert.Equal(0, await db.GetTable<IntervalRow>().CountAsync(row => row.SessionId == id));
        Assert.NotNull(await index.Index.Find(other.SessionId, default));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Erasure_and_updates_at_the_same_time_leave_nothing(IndexStore store)
    {
        var index = await stores.Open(store);
        var sessions = Enumerable.Range(0, 10).Select(_ => Session()).ToList();
        var writes = sessions.SelectMany(session =>
            Enumerable
                .Range(1, 3)
                .Select(n => Task.Run(() => index.Apply(session.At(n, Said(n, "text")))))
                .Append(Task.Run(() => index.Index.Erase(session.SessionId, default)))
        );
        await Task.WhenAll(writes);

        Assert.Empty(await index.List(new SessionQuery()));
        await using var db = index.Database.Connect();
        Assert.Equal(0, await db.GetTable<MessageRow>().CountAsync());
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Idle_sessions_are_the_active_ones_without_activity_oldest_first(IndexStore store)
    {
        var index = await stores.Open(store);
        SessionSummary Idle(int minutes) => Session() with { LastActivity = Noon.AddMinutes(minutes) };
        var (first, second, last, ended) = (Idle(1), Idle(2), Idle(3), Idle(0) with { EndTime = Noon });
        await index.Apply(last.At(1), second.At(1), ended.At(1), first.At(1));

        Assert.Equal([Of(first), Of(second)], await index.Index.IdleSince(Noon.AddMinutes(2), null, 10, default));
        Assert.Equal([Of(first)], await index.Index.IdleSince(Noon.AddMinutes(9), null, 1, default));

        static IdleSession Of(SessionSummary session) => new(session.SessionId, session.LastActivity);
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Pages_of_idle_sessions_go_on_after_the_last_one_under_ties(IndexStore store)
    {
        var index = await stores.Open(store);
        var sessions = Enumerable.Range(0, 20).Select(n => Session() with { LastActivity = Noon.AddMinutes(n / 7) }).ToList();
        await index.Apply([.. sessions.Select(session => session.At(1))]);

        var found = new List<SessionId>();
        IdleSession? after = null;
        do
        {
            var page = await index.Index.IdleSince(Noon.AddHours(1), after, 3, default);
            found.AddRange(page.Select(session => session.SessionId));
            after = page.Count == 3 ? page[^1] : null;
        } while (after is not null);

        Assert.Equal(
            sessions.OrderBy(s => s.LastActivity).ThenBy(s => s.SessionId.Value, StringComparer.Ordinal).Select(s => s.SessionId),
            found
        );
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Audit_trail_outlives_the_session(IndexStore store)
    {
        var index = await stores.Open(store);
        var session = Session();
        var record = new AuditRecord(Noon, new UserId("boss"), "session.read", session.SessionId, Alice, "history");
        await index.Index.Audit(record, default);
        await index.Index.Audit(record with { SessionId = null, UserId = null }, default);
        await index.Index.Erase(session.SessionId, default);

        await using var db = index.Database.Connect();
        var rows = await db.GetTable<AuditRow>().OrderBy(row => row.AuditId).ToListAsync();
        Assert.Equal([session.SessionId.Value, null], rows.Select(row => row.SessionId));
        Assert.Equal(
            (Noon.UtcTicks, "boss", "session.read", "alice", "history"),
            (rows[0].At, rows[0].Actor, rows[0].Action, rows[0].UserId, rows[0].Detail)
        );
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Nodes_that_start_together_migrate_once(IndexStore store)
    {
        var index = await stores.OpenEmpty(store);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => index.Index.Migrate(default))));

        await index.Apply(Session().At(1));
        Assert.Single(await index.List(new SessionQuery()));
        await using var db = index.Database.Connect();
        Assert.Equal([IndexMigrations.Current], await db.GetTable<SchemaMigratedRow>().Select(row => row.Version).ToListAsync());
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Store_that_is_down_is_said_to_be_unavailable(IndexStore store)
    {
        IndexDatabase database =
            store == IndexStore.Sqlite
                ? new SqliteIndexDatabase("Data Source=/nowhere/at/all.db")
                : new PostgresIndexDatabase("Host=127.0.0.1;Port=1;Username=nobody");
        var index = new TestIndex(database, new Chatbox.Actors.Sealing.PlainCipher()).Index;

        await Assert.ThrowsAsync<IndexUnavailableException>(() => index.Find(SessionId.New(), default));
        await Assert.ThrowsAsync<IndexUnavailableException>(() => index.List(new SessionQuery(), default));
        await Assert.ThrowsAsync<IndexUnavailableException>(() => index.Apply([Session().At(1)], default));
        await Assert.ThrowsAsync<IndexUnavailableException>(() => index.Migrate(default));
    }
}
