using System.Linq.Expressions;
using MongoDB.Driver;

namespace Chatbox.Node.Stores.Index.Mongo;

/// <summary>Sessions in an order that a page can continue without counting the documents before it.</summary>
internal sealed class MongoSortableRows(IMongoCollection<SessionRow> sessions, FilterDefinition<SessionRow> matching, bool descending)
    : ISortableRows<IFindFluent<SessionRow, SessionRow>>
{
    private static readonly FilterDefinitionBuilder<SessionRow> Where = Builders<SessionRow>.Filter;

    public IFindFluent<SessionRow, SessionRow> By<TKey>(Expression<Func<SessionRow, TKey>> column, (TKey Key, string SessionId)? after)
    {
        // The range of the column comes first: MongoDB uses it to enter the index of this order.
        var rows = matching;
        if (after is var (last, id))
            rows &= descending
                ? Where.Lte(column, last) & (Where.Lt(column, last) | Where.Lt(s => s.SessionId, id))
                : Where.Gte(column, last) & (Where.Gt(column, last) | Where.Gt(s => s.SessionId, id));
        var field = new ExpressionFieldDefinition<SessionRow>(column);
        var sort = Builders<SessionRow>.Sort;
        return sessions
            .Find(rows)
            .Sort(descending ? sort.Descending(field).Descending(s => s.SessionId) : sort.Ascending(field).Ascending(s => s.SessionId));
    }
}
