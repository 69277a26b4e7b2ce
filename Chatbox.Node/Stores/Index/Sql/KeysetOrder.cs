using System.Linq.Expressions;
using LinqToDB;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>Orders of sessions in which a page can begin after any row, without counting the rows before it.</summary>
internal static class KeysetOrder
{
    /// <summary>Rows sorted by a key and then by session id, in the same direction, after a place if there is one.</summary>
    public static IQueryable<SessionRow> By<TKey>(
        this IQueryable<SessionRow> rows,
        Expression<Func<SessionRow, TKey>> key,
        bool descending,
        (TKey Key, string SessionId)? after
    )
    {
        if (after is { } place)
        {
            // A comparison of row values is one range of the index, unlike a comparison of each column.
            var (last, id) = place;
            Expression<Func<TKey, string, bool>> follows = descending
                ? (k, s) => LinqToDB.Sql.Row(k, s) < LinqToDB.Sql.Row(last, id)
                : (k, s) => LinqToDB.Sql.Row(k, s) > LinqToDB.Sql.Row(last, id);
            rows = rows.Where(On(follows, key));
        }

        return descending ? rows.OrderByDescending(key).ThenByDescending(s => s.SessionId) : rows.OrderBy(key).ThenBy(s => s.SessionId);
    }

    private static Expression<Func<SessionRow, bool>> On<TKey>(
        Expression<Func<TKey, string, bool>> condition,
        Expression<Func<SessionRow, TKey>> key
    )
    {
        var row = key.Parameters[0];
        var body = new Substitution(
            new Dictionary<Expression, Expression>
            {
                [condition.Parameters[0]] = key.Body,
                [condition.Parameters[1]] = Expression.Property(row, nameof(SessionRow.SessionId)),
            }
        ).Visit(condition.Body);
        return Expression.Lambda<Func<SessionRow, bool>>(body, row);
    }

    private sealed class Substitution(IReadOnlyDictionary<Expression, Expression> replacements) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => replacements.GetValueOrDefault(node, node);
    }
}
