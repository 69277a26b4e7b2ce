using Chatbox.Actors.Index;
using Chatbox.Messages;
using Chatbox.Node.Stores.Index;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;
using static Chatbox.Tests.Integration.Index.IndexSamples;

namespace Chatbox.Tests.Integration.Index;

/// <summary>What every store promises of the audit trail: one chain for all nodes, append-only, and every tampering with the tables is found.</summary>
[Collection(IndexCollection.Name)]
public sealed class AuditTrailTests(IndexStores stores)
{
    private static readonly SessionId Session1 = new("11111111111111111111111111111111");
    private static readonly SessionId Session2 = new("22222222222222222222222222222222");

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Writers_at_the_same_time_make_one_chain(IndexStore store)
    {
        var index = await stores.Open(store);
        var writers = Enumerable
            .Range(0, 6)
            .Select(writer =>
                Task.Run(async () =>
                {
                    var heads = new List<AuditHead>();
                    for (var i = 0; i < 10; i++)
                        heads.Add(await index.Index.Audit(Read("root", Session1) with { Detail = $"{writer}/{i}" }, default));
                    return heads;
                })
            );

        var heads = (await Task.WhenAll(writers)).SelectMany(each => each).OrderBy(head => head.Number).ToList();

        Assert.Equal(Enumerable.Range(1, 60).Select(n => (long)n), heads.Select(head => head.Number));
        Assert.Equal(heads[^1], await index.Trail.Head(default));
        var listed = await index.Trail.List(new AuditQuery(Limit: 1000), default);
        Assert.Equal(heads, listed.Entries.Select(entry => entry.Place!).OrderBy(place => place.Number));
        Assert.Equal(new AuditCheck(heads[^1], 60, true, null, 0), await index.Trail.Check(AuditHead.None, 1000, default));
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Check_goes_on_in_steps_and_starts_at_a_head_that_was_kept(IndexStore store)
    {
        var index = await Filled(store);
        var kept = (await index.Trail.Check(AuditHead.None, 4, default)).Through;

        Assert.Equal(new AuditCheck(kept, 4, false, null, 0), await index.Trail.Check(AuditHead.None, 4, default));
        Assert.Equal((6, true), Of(await index.Trail.Check(kept, 100, default)));
        var other = kept with { Hash = AuditHead.None.Hash };
        Assert.Equal(new AuditBreak(AuditBreakKind.Changed, 4), (await index.Trail.Check(other, 100, default)).Break);
        Assert.Equal(new AuditBreak(AuditBreakKind.Removed, 99), (await index.Trail.Check(kept with { Number = 99 }, 1, default)).Break);

        static (long, bool) Of(AuditCheck check) => (check.Checked, check.IsComplete && check.Break is null);
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Records_are_found_by_who_what_which_and_when_page_by_page(IndexStore store)
    {
        var index = await stores.Open(store);
        var record = Read("root", Session1) with { Address = "2001:db8::1", ActorKind = AuditActorKind.UnverifiedOperator };
        await index.Index.Audit(record, default);
        await index.Index.Audit(Read("boss", Session2) with { At = Noon.AddMinutes(1), Action = AuditKind.SessionExport }, default);
        await index.Index.Audit(Read("root", Session2) with { At = Noon.AddMinutes(2), UserId = new UserId("bob") }, default);
        await index.Index.Audit(Read("root", null) with { At = Noon.AddMinutes(3), UserId = null, Detail = "" }, default);

        Assert.Equal(record, Assert.Single((await index.Trail.List(new AuditQuery(SessionId: Session1), default)).Entries).Record);
        Assert.Equal([4, 3, 1], await Numbers(new AuditQuery(Actor: new UserId("root"))));
        Assert.Equal([2], await Numbers(new AuditQuery(Action: AuditKind.SessionExport)));
        Assert.Equal([3, 2], await Numbers(new AuditQuery(SessionId: Session2)));
        Assert.Equal([3], await Numbers(new AuditQuery(UserId: new UserId("bob"))));
        Assert.Equal([3, 2], await Numbers(new AuditQuery(From: Noon.AddMinutes(1), To: Noon.AddMinutes(3))));
        Assert.Empty(await Numbers(new AuditQuery(Actor: new UserId("nobody"))));
        await Assert.ThrowsAsync<FormatException>(() => index.Trail.List(new AuditQuery(Cursor: "%"), default));
        await Assert.ThrowsAsync<FormatException>(() => index.Trail.List(new AuditQuery(Cursor: "MTIgeA"), default));

        async Task<IReadOnlyList<long>> Numbers(AuditQuery query)
        {
            var numbers = new List<long>();
            string? cursor = null;
            do
            {
                var page = await index.Trail.List(query with { Limit = 1, Cursor = cursor }, default);
                numbers.AddRange(page.Entries.Select(entry => entry.Place!.Number));
                cursor = page.Next;
            } while (cursor is not null);
            return numbers;
        }
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Pages_lose_no_record_of_the_same_time(IndexStore store)
    {
        var index = await Filled(store);
        var found = new List<long>();
        string? cursor = null;
        do
        {
            var page = await index.Trail.List(new AuditQuery(Limit: 3, Cursor: cursor), default);
            found.AddRange(page.Entries.Select(entry => entry.Place!.Number));
            cursor = page.Next;
        } while (cursor is not null);

        Assert.Equal(Enumerable.Range(1, 10).Reverse().Select(n => (long)n), found);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Erasing_a_session_keeps_the_chain(IndexStore store)
    {
        var index = await stores.Open(store);
        var session = Session();
        await index.Apply(session.At(3, Said(2, "planted")));
        await index.Index.Audit(Read("root", session.SessionId), default);

        await index.Index.Erase(session.SessionId, default);

        Assert.Equal((1, null), Of(await index.Trail.Check(AuditHead.None, 100, default)));
        Assert.Single((await index.Trail.List(new AuditQuery(SessionId: session.SessionId), default)).Entries);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Records_of_an_earlier_release_stay_outside_the_chain(IndexStore store)
    {
        var index = await stores.Open(store);
        await using var db = index.Database.Connect();
        await db.ExecuteAsync("INSERT INTO audit (at, actor, action, detail) VALUES (1, 'root', 'session.read', '')");
        await index.Index.Audit(Read("root", Session1), default);

        Assert.Equal(1, (await index.Trail.Check(AuditHead.None, 100, default)).Unchained);
        var places = (await index.Trail.List(new AuditQuery(), default)).Entries.Select(entry => entry.Place?.Number);
        Assert.Equal([1L, null], places);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Database_refuses_to_change_or_delete_a_record(IndexStore store)
    {
        var index = await Filled(store);
        await using var db = index.Database.Connect();

        foreach (var statement in new[] { "UPDATE audit SET actor = 'x' WHERE number = 3", "DELETE FROM audit WHERE number = 3" })
        {
            var refused = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => db.ExecuteAsync(statement));
            Assert.Contains("append-only", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal((10, null), Of(await index.Trail.Check(AuditHead.None, 100, default)));
    }

    public static TheoryData<string, AuditBreakKind, long, long?> Tamperings =>
        new()
        {
            { "UPDATE audit SET actor = 'innocent' WHERE number = 4", AuditBreakKind.Changed, 4, null },
            { "UPDATE audit SET at = at + 1 WHERE number = 10", AuditBreakKind.Changed, 10, null },
            { "DELETE FROM audit WHERE number = 4", AuditBreakKind.Removed, 4, null },
            { "DELETE FROM audit WHERE number = 1", AuditBreakKind.Removed, 1, null },
            {
                "UPDATE audit SET number = -1 WHERE number = 4; UPDATE audit SET number = 4 WHERE number = 7; UPDATE audit SET number = 7 WHERE number = -1",
                AuditBreakKind.Swapped,
                4,
                7
            },
            { "UPDATE audit SET number = NULL WHERE number = 4", AuditBreakKind.Removed, 4, null },
            { "DELETE FROM audit WHERE number > 8", AuditBreakKind.TailRemoved, 9, null },
            { "DELETE FROM audit", AuditBreakKind.TailRemoved, 1, null },
            { "UPDATE audit_head SET number = 8", AuditBreakKind.Added, 9, null },
            { "UPDATE audit_head SET hash = (SELECT hash FROM audit WHERE number = 3)", AuditBreakKind.HeadChanged, 10, null },
            { "DELETE FROM audit_head", AuditBreakKind.HeadMissing, 10, null },
        };

    [Theory]
    [MemberData(nameof(Tamperings))]
    public Task Tampering_in_the_file_is_found_and_named(string statements, AuditBreakKind kind, long number, long? with) =>
        AssertFound(
            IndexStore.Sqlite,
            "DROP TRIGGER audit_append_only_update; DROP TRIGGER audit_append_only_delete",
            statements,
            new AuditBreak(kind, number, with)
        );

    [TheoryRequiresPostgres]
    [MemberData(nameof(Tamperings))]
    public Task Tampering_in_the_server_is_found_and_named(string statements, AuditBreakKind kind, long number, long? with) =>
        AssertFound(IndexStore.Postgres, "ALTER TABLE audit DISABLE TRIGGER ALL", statements, new AuditBreak(kind, number, with));

    [Theory, OnSqlite, OnPostgres]
    public async Task Nothing_is_appended_to_a_head_that_is_missing_or_not_the_end(IndexStore store)
    {
        var index = await Filled(store);
        await using var db = index.Database.Connect();
        await db.GetTable<AuditHeadRow>().Set(head => head.Number, 8).UpdateAsync();
        await Assert.ThrowsAsync<IndexUnavailableException>(() => index.Index.Audit(Read("root", Session1), default));
        await db.GetTable<AuditHeadRow>().DeleteAsync();

        await Assert.ThrowsAsync<IndexUnavailableException>(() => index.Index.Audit(Read("root", Session1), default));
        Assert.Equal(10, await db.GetTable<AuditRow>().CountAsync());
    }

    /// <param name="disarm">How the owner of the tables switches off what refuses the change.</param>
    private async Task AssertFound(IndexStore store, string disarm, string statements, AuditBreak expected)
    {
        var index = await Filled(store);
        await using (var db = index.Database.Connect())
            foreach (var statement in $"{disarm};{statements}".Split(';'))
                await db.ExecuteAsync(statement);

        var check = await index.Trail.Check(AuditHead.None, 1000, default);

        Assert.Equal((true, expected), (check.IsComplete, check.Break));
    }

    private async Task<TestIndex> Filled(IndexStore store)
    {
        var index = await stores.Open(store);
        for (var i = 0; i < 10; i++)
            await index.Index.Audit(Read("root", i % 2 == 0 ? Session1 : Session2), default);
        return index;
    }

    private static (long, AuditBreak?) Of(AuditCheck check) => (check.Checked, check.Break);

    private static AuditRecord Read(string actor, SessionId? session) =>
        new(Noon, new UserId(actor), AuditKind.SessionRead, session, Alice, "limit=1");
}
