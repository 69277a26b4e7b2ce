using System.Linq.Expressions;
using LinqToDB;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>An order of sessions that a page can go on from without counting the rows before it.</summary>
internal static class KeysetOrder
{
    /// <summary>Sorted by a key and then the id, both in the same direction, and only what comes after a place.</summary>
    public static IQueryable<SessionRow> By<TKey>(
        this IQueryable<SessionRow> rows,
        Expression<Func<SessionRow, TKey>> key,
        bool descending,
        (TKey Key, string SessionId)? after
    )
    {
        if (after is { } place)
        {
            // A comparison of rows, not of each column: that is one range of the order's index.
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
