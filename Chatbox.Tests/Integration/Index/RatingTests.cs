using Chatbox.Actors.Index;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using Chatbox.Node.Stores.Index;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;
using static Chatbox.Tests.Integration.Index.IndexSamples;

namespace Chatbox.Tests.Integration.Index;

/// <summary>What every index promises of ratings.</summary>
[Collection(IndexCollection.Name)]
public sealed class RatingTests(IndexStores stores)
{
    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Latest_rating_of_each_message_is_listed_newest_first(IndexStore store)
    {
        var index = await stores.Open(store);
        var (session, other) = (Session(), Session());
        await index.Apply(session.At(9, Said(2, "hello")) with { Ratings = [Up(3, "m2", "So so."), Down(4, null, null)] });
        await index.Apply(
            session.At(12) with
            {
                Ratings = [Down(12, "m2", "Größe 🙂 '")],
            },
            other.At(3) with
            {
                Ratings = [Up(2, "m2", null)],
            }
        );

        var all = await index.Ratings.List(new RatingQuery(), default);
        Assert.Equal(
            [
                new GivenRating(session.SessionId, session.UserId, Down(12, "m2", "Größe 🙂 '")),
                new GivenRating(session.SessionId, session.UserId, Down(4, null, null)),
                new GivenRating(other.SessionId, other.UserId, Up(2, "m2", null)),
            ],
            all.Ratings
        );
    }

    // A crash makes a session report again what the index has already.
    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Repeated_report_changes_nothing(IndexStore store)
    {
        var index = await stores.Open(store);
        var session = Session();
        await index.Apply(session.At(4) with { Ratings = [Up(3, "m2", "a"), Down(4, "m2", "b")] });
        await index.Apply(session.At(3) with { Ratings = [Up(3, "m2", "a")] });
        await index.Apply(session.At(5, Said(5, "x")) with { Ratings = [Up(3, "m2", "a"), Down(4, "m2", "b")] });

        Assert.Equal(Down(4, "m2", "b"), Assert.Single((await index.Ratings.List(new RatingQuery(), default)).Ratings).Rating);
    }

    [Theory, OnSqlite, OnPostgres, OnMongo]
    public async Task Filters_and_pages_lose_nothing_under_ties(IndexStore store)
    {
        var index = await stores.Open(store);
        var bob = Session() with { UserId = new UserId("bob") };
        await index.Apply(bob.At(9) with { Ratings = [.. Enumerable.Range(1, 9).Select(n => Up(1, $"m {n}", null))] });
        var alice = Session();
        await index.Apply(alice.At(9) with { Ratings = [Up(1, "m1", null), Down(8, null, "no")] });

        Assert.Equal(11, (await Pages(new RatingQuery())).Distinct().Count());
        Assert.Equal(9, (await Pages(new RatingQuery(UserId: bob.UserId))).Count);
        Assert.Equal(2, (await Pages(new RatingQuery(SessionId: alice.SessionId))).Count);
        Assert.Equal("no", Assert.Single(await Pages(new RatingQuery(Rating: Rating.Down))).Rating.Comment);
        Assert.Single(await Pages(new RatingQuery(From: Noon.AddSeconds(8))));
        Assert.Equal(10, (await Pages(new RatingQuery(To: Noon.AddSeconds(8)))).Count);
        await Assert.ThrowsAsync<FormatException>(() => index.Ratings.List(new RatingQuery(Cursor: "MTI"), default));

        async Task<IReadOnlyList<GivenRating>> Pages(RatingQuery query)
        {
            var ratings = new List<GivenRating>();
            string? cursor = null;
            do
            {
                var page = await index.Ratings.List(query with { Limit = 2, Cursor = cursor }, default);
                ratings.AddRange(page.Ratings);
                cursor = page.Next;
            } while (cursor is not null);
            return ratings;
        }
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Erased_session_has_no_rating_whichever_release_erased_it(IndexStore store)
    {
        var index = await stores.Open(store);
        var (session, older) = (Session(), Session());
        await index.Apply(
            session.At(3) with
            {
                Ratings = [Up(3, "m2", "planted")],
            },
            older.At(3) with
            {
                Ratings = [Up(3, "m2", "planted")],
            }
        );

        await index.Index.Erase(session.SessionId, default);
        await using var db = index.Database.Connect();
        // An earlier release knows nothing of ratings.
        await db.ExecuteAsync($"DELETE FROM sessions WHERE session_id = '{older.SessionId}'");
        await index.Apply(session.At(9) with { Ratings = [Up(9, "m2", "late")] });

        Assert.Equal(0, await db.GetTable<RatingRow>().CountAsync());
    }

    private static IndexedRating Up(long seq, string? message, string? comment) => Of(seq, message, Rating.Up, comment);

    private static IndexedRating Down(long seq, string? message, string? comment) => Of(seq, message, Rating.Down, comment);

    private static IndexedRating Of(long seq, string? message, Rating rating, string? comment) =>
        new(seq, message is null ? null : new MessageId(message), rating, comment, Noon.AddSeconds(seq));
}
