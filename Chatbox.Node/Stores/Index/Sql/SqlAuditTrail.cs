using System.Globalization;
using Chatbox.Actors.Index;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>Appends to the audit trail, reads it and checks it.</summary>
internal sealed class SqlAuditTrail(SqlIndexAccess access) : IAuditTrail
{
    /// <summary>The name that stands for the chain among the locks of sessions. No session can have it.</summary>
    private const string Chain = "audit chain";

    public SqlAuditTrail(IndexDatabase database)
        : this(new SqlIndexAccess(database)) { }

    /// <inheritdoc cref="ISessionIndex.Audit" />
    public Task<AuditHead> Add(AuditRecord record, CancellationToken cancellationToken) =>
        access.Write(
            [Chain],
            async db =>
            {
                var head = await ReadHead(db, cancellationToken) ?? throw AuditChain.Broken();
                if (await db.GetTable<AuditRow>().AnyAsync(r => r.Number > head.Number, cancellationToken))
                    throw AuditChain.Broken();
                var row = AuditChain.Append(head, record);
                await db.InsertAsync(row, token: cancellationToken);
                var next = new AuditHeadRow { Number = row.Number!.Value, Hash = row.Hash! };
                if (await db.UpdateAsync(next, token: cancellationToken) == 0)
                    await db.InsertAsync(next, token: cancellationToken);
                return next.ToHead();
            },
            cancellationToken
        );

    public Task<AuditHead?> Head(CancellationToken cancellationToken) => access.Read(db => ReadHead(db, cancellationToken));

    public Task<AuditPage> List(AuditQuery query, CancellationToken cancellationToken)
    {
        IndexRowReader.CheckLimit(query.Limit);
        var after = PlaceCursor.Read(query.Cursor);
        var afterId = after is null ? 0 : long.Parse(after.Id, NumberStyles.None, CultureInfo.InvariantCulture);
        return access.Read(async db =>
        {
            var rows = Filter(db.GetTable<AuditRow>(), query);
            if (after is { At: var at })
                rows = rows.Where(r => LinqToDB.Sql.Row(r.At, r.AuditId) < LinqToDB.Sql.Row(at, afterId));
            var found = await rows.OrderByDescending(r => r.At)
                .ThenByDescending(r => r.AuditId)
                .Take(query.Limit + 1)
                .ToListAsync(cancellationToken);
            var page = found.Take(query.Limit).ToList();
            var next = found.Count > query.Limit ? new PlaceCursor(page[^1].At, $"{page[^1].AuditId}").Write() : null;
            return new AuditPage(page.ConvertAll(row => row.ToEntry()), next);
        });
    }

    public Task<AuditCheck> Check(AuditHead after, int limit, CancellationToken cancellationToken) =>
        access.Read(db =>
            new AuditWalk(
                async (number, count) =>
                    await db.GetTable<AuditRow>()
                        .Where(r => r.Number > number)
                        .OrderBy(r => r.Number)
                        .ThenBy(r => r.AuditId)
                        .Take(count)
                        .ToListAsync(cancellationToken),
                () => ReadHead(db, cancellationToken),
                () => db.GetTable<AuditRow>().LongCountAsync(r => r.Number == null, cancellationToken)
            ).Check(after, limit)
        );

    private static IQueryable<AuditRow> Filter(IQueryable<AuditRow> rows, AuditQuery query)
    {
        if (query.Actor is { } actor)
            rows = rows.Where(r => r.Actor == actor.Value);
        if (query.Action is { } action)
            rows = rows.Where(r => r.Action == action);
        if (query.SessionId is { } session)
            rows = rows.Where(r => r.SessionId == session.Value);
        if (query.UserId is { } user)
            rows = rows.Where(r => r.UserId == user.Value);
        if (query.From is { } from)
            rows = rows.Where(r => r.At >= from.UtcTicks);
        if (query.To is { } to)
            rows = rows.Where(r => r.At < to.UtcTicks);
        return rows;
    }

    private static async Task<AuditHead?> ReadHead(DataConnection db, CancellationToken cancellationToken)
    {
        if (await db.GetTable<AuditHeadRow>().FirstOrDefaultAsync(cancellationToken) is { } row)
            return row.ToHead();
        return await db.GetTable<AuditRow>().AnyAsync(r => r.Number != null, cancellationToken) ? null : AuditHead.None;
    }
}
