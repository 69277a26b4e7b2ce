using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using MongoDB.Driver;

namespace Chatbox.Node.Stores.Index.Mongo;

/// <summary>Lists ratings.</summary>
internal sealed class MongoRatings(IMongoDatabase database, IContentCipher cipher) : IRatings
{
    private static readonly FilterDefinitionBuilder<RatingRow> Where = Builders<RatingRow>.Filter;

    private readonly MongoIndexCollections _rows = new(database);
    private readonly SealedColumns _columns = new(cipher);

    public Task<RatingPage> List(RatingQuery query, CancellationToken cancellationToken)
    {
        IndexRowReader.CheckLimit(query.Limit);
        var filter = Filter(query);
        if (RatingPlace.Of(query) is var (at, session, message))
            filter &=
                Where.Lte(r => r.At, at)
                & (
                    Where.Lt(r => r.At, at)
                    | Where.Lt(r => r.SessionId, session)
                    | (Where.Eq(r => r.SessionId, session) & Where.Lt(r => r.MessageId, message))
                );
        return MongoIndexAccess.Guard(async () =>
        {
            var found = await _rows
                .Ratings.Find(filter)
                .Sort(Builders<RatingRow>.Sort.Descending(r => r.At).Descending(r => r.SessionId).Descending(r => r.MessageId))
                .Limit(query.Limit + 1)
                .ToListAsync(cancellationToken);
            return RatingPlace.ToPage(found, query.Limit, _columns);
        });
    }

    private static FilterDefinition<RatingRow> Filter(RatingQuery query)
    {
        var filter = Where.Empty;
        if (query.SessionId is { } session)
            filter &= Where.Eq(r => r.SessionId, session.Value);
        if (query.UserId is { } user)
            filter &= Where.Eq(r => r.UserId, user.Value);
        if (query.Rating is { } rating)
            filter &= Where.Eq(r => r.Vote, RatingRow.VoteOf(rating));
        if (query.From is { } from)
            filter &= Where.Gte(r => r.At, from.UtcTicks);
        if (query.To is { } to)
            filter &= Where.Lt(r => r.At, to.UtcTicks);
        return filter;
    }
}
