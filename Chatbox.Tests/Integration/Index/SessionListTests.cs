using Chatbox.Actors.Index;
using Chatbox.Messages;
using static Chatbox.Tests.Integration.Index.IndexSamples;

namespace Chatbox.Tests.Integration.Index;

/// <summary>Lists: orders, pages, filters, search.</summary>
[Collection(IndexCollection.Name)]
public sealed class SessionListTests(IndexStores stores)
{
    private static readonly UserId Bob = new("bob");

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Every_order_is_complete_page_by_page_under_ties(IndexStore store)
    {
        var index = await stores.Open(store);
        // Few values for many sessions. Upper case and an umlaut: bytes sort them otherwise than people do.
        string[] users = ["alice", "Bob", "Zoë", "zoe", "a b"];
        var sessions = Enumerable.Range(0, 60).Select(n => Tied(n, users[n % users.Length])).ToList();
        await index.Apply([.. sessions.Select(session => session.At(1))]);
        index.Clock.SetUtcNow(Noon.AddHours(5));

        foreach (var order in Enum.GetValues<SessionOrder>())
        {
            foreach (var descending in new[] { true, false })
            {
                var query = new SessionQuery(OrderBy: order, Descending: descending, Limit: 7);
                var expected = Sorted(sessions, order, descending, Noon.AddHours(5));
                Assert.Equal(expected, await Pages(index, query));
                Assert.Equal(expected.Skip(13).Take(20), await index.List(query with { Offset = 13, Limit = 20 }));
            }
        }
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Session_that_is_touched_while_pages_are_turned_moves_and_hides_none(IndexStore store)
    {
        var index = await stores.Open(store);
        var sessions = Enumerable.Range(0, 20).Select(n => Session(started: Noon.AddMinutes(n))).ToList();
        await index.Apply([.. sessions.Select(session => session.At(1))]);

        var first = await index.Index.List(new SessionQuery(Alice, Limit: 10), default);
        await index.Apply((sessions[0] with { LastActivity = Noon.AddHours(9) }).At(2));
        var rest = await index.Index.List(new SessionQuery(Alice, Limit: 10, Cursor: first.Next), default);

        Assert.Null(rest.Next);
        Assert.Equal(sessions[1..10].Select(s => s.SessionId).Reverse(), rest.Sessions.Select(s => s.SessionId));
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Filters_apply_together_and_the_total_counts_all_pages(IndexStore store)
    {
        var index = await stores.Open(store);
        var plain = Session();
        var ended = Session(started: Noon.AddHours(1)) with { EndTime = Noon.AddHours(2), AdminAssisted = true };
        var helped = Session(Bob, Noon.AddHours(2)) with { HelpRequested = true };
        await index.Apply(plain.At(1), ended.At(1), helped.At(1));

        Assert.Equal([ended.SessionId, plain.SessionId], await index.List(new SessionQuery(Alice)));
        Assert.Equal([helped.SessionId, plain.SessionId], await index.List(new SessionQuery(Active: true)));
        Assert.Equal([ended.SessionId], await index.List(new SessionQuery(Active: false)));
        Assert.Equal([ended.SessionId], await index.List(new SessionQuery(AdminAssisted: true)));
        Assert.Equal([ended.SessionId, plain.SessionId], await index.List(new SessionQuery(HelpRequested: false)));
        Assert.Equal([ended.SessionId], await index.List(new SessionQuery(Alice, StartedFrom: Noon.AddHours(1))));
        Assert.Equal([ended.SessionId, plain.SessionId], await index.List(new SessionQuery(StartedTo: Noon.AddHours(1))));
        Assert.Empty(await index.List(new SessionQuery(new UserId("ali"), Active: true)));

        var page = await index.Index.List(new SessionQuery(Active: true, Limit: 1, CountTotal: true), default);
        Assert.Equal((1, 2), (page.Sessions.Count, page.Total));
        Assert.Null((await index.Index.List(new SessionQuery(), default)).Total);
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Query_that_cannot_be_is_refused(IndexStore store)
    {
        var index = await stores.Open(store);
        await index.Apply(Session().At(1), Session().At(1));
        var next = (await index.Index.List(new SessionQuery(Limit: 1), default)).Next;
        SessionQuery[] wrong = [new(Limit: 0), new(Limit: 1001), new(Offset: -1), new(Cursor: next, Offset: 1), new(Search: "word")];
        SessionQuery[] wrongCursors =
        [
            new(Cursor: "nonsense"),
            new(Cursor: next, Descending: false),
            new(Cursor: next, OrderBy: SessionOrder.UserId),
        ];

        foreach (var query in wrong)
            await Assert.ThrowsAnyAsync<ArgumentException>(() => index.Index.List(query, default));
        foreach (var query in wrongCursors)
            await Assert.ThrowsAsync<FormatException>(() => index.Index.List(query, default));
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Search_finds_whole_words_of_names_and_own_messages_in_any_case(IndexStore store)
    {
        var index = await stores.Open(store);
        var trip = Session(name: "Journey to Zürich");
        var tax = Session(name: "TAX return");
        var foreign = Session(Bob, name: "Zürich tax");
        await index.Apply(
            trip.At(3, Said(2, "Which trains go there, from Ελλάς?"), Answered(3, "Many trains and planes")),
            tax.At(3, Said(2, "東京都の税金について"), Said(3, "planes")),
            foreign.At(1)
        );

        Assert.Equal([trip.SessionId], await index.Search("zürich TRAINS"));
        Assert.Equal([trip.SessionId], await index.Search("ελλάσ"));
        Assert.Equal([tax.SessionId], await index.Search("tax"));
        Assert.Equal([tax.SessionId], await index.Search("planes"));
        Assert.Equal([tax.SessionId], await index.Search("京都"));
        Assert.Equal([tax.SessionId], await index.Search("税"));
        Assert.Empty(await index.Search("東都"));
        Assert.Empty(await index.Search("train"));
        Assert.Empty(await index.Search("zürich tax"));
        Assert.Empty(await index.Search("?!"));
        Assert.Equal([foreign.SessionId], await index.List(new SessionQuery(Bob, Search: "zürich")));
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Search_forgets_a_name_that_was_changed_but_not_what_was_said(IndexStore store)
    {
        var index = await stores.Open(store);
        var session = Session(name: "old words");
        await index.Apply(session.At(2, Said(2, "words")));
        await index.Apply((session with { Name = "new name" }).At(3));

        Assert.Empty(await index.Search("old"));
        Assert.Equal([session.SessionId], await index.Search("words"));
        Assert.Equal([session.SessionId], await index.Search("new"));
    }

    private static async Task<List<SessionId>> Pages(TestIndex index, SessionQuery query)
    {
        var read = new List<SessionId>();
        for (string? cursor = null; ; )
        {
            var page = await index.Index.List(query with { Cursor = cursor }, default);
            read.AddRange(page.Sessions.Select(session => session.SessionId));
            // Durations grow between pages; the list must not.
            index.Clock.Advance(TimeSpan.FromMinutes(7));
            if ((cursor = page.Next) is null)
            {
                index.Clock.AdjustTime(Noon.AddHours(5));
                return read;
            }
        }
    }

    private static SessionSummary Tied(int n, string user)
    {
        var started = Noon.AddMinutes(n % 4);
        return Session(new UserId(user), started) with
        {
            LastActivity = started.AddMinutes(n % 3),
            EndTime = n % 5 < 2 ? null : started.AddMinutes(n % 3 == 0 ? 300 - n % 4 : n % 3),
            MessageCount = n % 3,
            TotalTokens = n % 2 * 10_000_000_000,
        };
    }

    private static List<SessionId> Sorted(IEnumerable<SessionSummary> sessions, SessionOrder order, bool descending, DateTimeOffset now)
    {
        var sorted = sessions.ToList();
        sorted.Sort(
            (a, b) =>
            {
                var difference =
                    order == SessionOrder.UserId
                        ? string.CompareOrdinal(a.UserId.Value, b.UserId.Value)
                        : Key(a, order, now).CompareTo(Key(b, order, now));
                difference = difference == 0 ? string.CompareOrdinal(a.SessionId.Value, b.SessionId.Value) : difference;
                return descending ? -difference : difference;
            }
        );
        return sorted.ConvertAll(session => session.SessionId);
    }

    private static long Key(SessionSummary session, SessionOrder order, DateTimeOffset now) =>
        order switch
        {
            SessionOrder.StartTime => session.StartTime.Ticks,
            SessionOrder.EndTime => session.EndTime?.Ticks ?? long.MaxValue,
            SessionOrder.LastActivity => session.LastActivity.Ticks,
            SessionOrder.Duration => ((session.EndTime ?? now) - session.StartTime).Ticks,
            SessionOrder.MessageCount => session.MessageCount,
            _ => session.TotalTokens,
        };
}
