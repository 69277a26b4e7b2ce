using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using LinqToDB;
using LinqToDB.Async;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>Lists ratings.</summary>
internal sealed class SqlRatings(IndexDatabase database, IContentCipher cipher) : IRatings
{
    private readonly SqlIndexAccess _access = new(database);
    private readonly SealedColumns _columns = new(cipher);

    public Task<RatingPage> List(RatingQuery query, CancellationToken cancellationToken)
    {
        IndexRowReader.CheckLimit(query.Limit);
        var after = RatingPlace.Of(query);
        return _access.Read(async db =>
        {
            var rows = Filter(db.GetTable<RatingRow>(), query);
            if (after is (var at, var session, var message))
                rows = rows.Where(r => LinqToDB.Sql.Row(r.At, r.SessionId, r.MessageId) < LinqToDB.Sql.Row(at, session, message));
            var found = await rows.OrderByDescending(r => r.At)
                .ThenByDescending(r => r.SessionId)
                .ThenByDescending(r => r.MessageId)
                .Take(query.Limit + 1)
                .ToListAsync(cancellationToken);
            return RatingPlace.ToPage(found, query.Limit, _columns);
        });
    }

    private static IQueryable<RatingRow> Filter(IQueryable<RatingRow> rows, RatingQuery query)
    {
        if (query.SessionId is { } session)
            rows = rows.Where(r => r.SessionId == session.Value);
        if (query.UserId is { } user)
            rows = rows.Where(r => r.UserId == user.Value);
        if (query.Rating is { } rating)
        {
            var vote = RatingRow.VoteOf(rating);
            rows = rows.Where(r => r.Vote == vote);
        }

        if (query.From is { } from)
            rows = rows.Where(r => r.At >= from.UtcTicks);
        if (query.To is { } to)
            rows = rows.Where(r => r.At < to.UtcTicks);
        return rows;
    }
}
