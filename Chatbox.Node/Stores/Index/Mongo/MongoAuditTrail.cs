using Chatbox.Actors.Index;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Chatbox.Node.Stores.Index.Mongo;

/// <summary>Appends to the audit trail, reads it and checks it.</summary>
internal sealed class MongoAuditTrail(MongoIndexAccess access) : IAuditTrail
{
    private static readonly FilterDefinitionBuilder<AuditRow> Where = Builders<AuditRow>.Filter;
    private static readonly SortDefinitionBuilder<AuditRow> Sort = Builders<AuditRow>.Sort;

    private readonly MongoIndexCollections _rows = access.Rows;

    public MongoAuditTrail(IMongoDatabase database)
        : this(new MongoIndexAccess(database)) { }

    /// <inheritdoc cref="ISessionIndex.Audit" />
    public Task<AuditHead> Add(AuditRecord record, CancellationToken cancellationToken) =>
        access.Transact((transaction, token) => Add(transaction, record, token), cancellationToken);

    public Task<AuditHead?> Head(CancellationToken cancellationToken) => MongoIndexAccess.Guard(() => ReadHead(null, cancellationToken));

    public Task<AuditPage> List(AuditQuery query, CancellationToken cancellationToken)
    {
        IndexRowReader.CheckLimit(query.Limit);
        var filter = Filter(query);
        if (PlaceCursor.Read(query.Cursor) is var (at, id))
        {
            if (!ObjectId.TryParse(id, out _))
                throw new FormatException("The text is not a cursor.");
            filter &= Where.Lte(r => r.At, at) & (Where.Lt(r => r.At, at) | Where.Lt(r => r.DocumentId, id));
        }

        return MongoIndexAccess.Guard(async () =>
        {
            var found = await _rows
                .AuditTrail.Find(filter)
                .Sort(Sort.Descending(r => r.At).Descending(r => r.DocumentId))
                .Limit(query.Limit + 1)
                .ToListAsync(cancellationToken);
            var page = found.Take(query.Limit).ToList();
            var next = found.Count > query.Limit ? new PlaceCursor(page[^1].At, page[^1].DocumentId!).Write() : null;
            return new AuditPage(page.ConvertAll(row => row.ToEntry()), next);
        });
    }

    public Task<AuditCheck> Check(AuditHead after, int limit, CancellationToken cancellationToken) =>
        MongoIndexAccess.Guard(() =>
            new AuditWalk(
                async (number, count) =>
                    await _rows
                        .AuditTrail.Find(Where.Gt(r => r.Number, number))
                        .Sort(Sort.Ascending(r => r.Number))
                        .Limit(count)
                        .ToListAsync(cancellationToken),
                () => ReadHead(null, cancellationToken),
                () => _rows.AuditTrail.CountDocumentsAsync(Where.Eq(r => r.Number, null), cancellationToken: cancellationToken)
            ).Check(after, limit)
        );

    private async Task<AuditHead> Add(IClientSessionHandle transaction, AuditRecord record, CancellationToken cancellationToken)
    {
        // Two transactions that append at the same time conflict at the head, and the driver repeats one of them.
        var head = await ReadHead(transaction, cancellationToken) ?? throw AuditChain.Broken();
        if (await _rows.AuditTrail.Find(transaction, Where.Gt(r => r.Number, head.Number)).AnyAsync(cancellationToken))
            throw AuditChain.Broken();
        var row = AuditChain.Append(head, record);
        var next = new AuditHeadRow { Number = row.Number!.Value, Hash = row.Hash! };
        await _rows.AuditHead.ReplaceOneAsync(
            transaction,
            h => h.HeadId == AuditHeadRow.OnlyId,
            next,
            new ReplaceOptions { IsUpsert = true },
            cancellationToken
        );
        await _rows.AuditTrail.InsertOneAsync(transaction, row, cancellationToken: cancellationToken);
        return next.ToHead();
    }

    private async Task<AuditHead?> ReadHead(IClientSessionHandle? transaction, CancellationToken cancellationToken)
    {
        var heads = transaction is null
            ? _rows.AuditHead.Find(h => h.HeadId == AuditHeadRow.OnlyId)
            : _rows.AuditHead.Find(transaction, h => h.HeadId == AuditHeadRow.OnlyId);
        if (await heads.FirstOrDefaultAsync(cancellationToken) is { } row)
            return row.ToHead();
        var chained = Where.Ne(r => r.Number, null);
        var records = transaction is null ? _rows.AuditTrail.Find(chained) : _rows.AuditTrail.Find(transaction, chained);
        return await records.AnyAsync(cancellationToken) ? null : AuditHead.None;
    }

    private static FilterDefinition<AuditRow> Filter(AuditQuery query)
    {
        var filter = Where.Empty;
        if (query.Actor is { } actor)
            filter &= Where.Eq(r => r.Actor, actor.Value);
        if (query.Action is { } action)
            filter &= Where.Eq(r => r.Action, action);
        if (query.SessionId is { } session)
            filter &= Where.Eq(r => r.SessionId, session.Value);
        if (query.UserId is { } user)
            filter &= Where.Eq(r => r.UserId, user.Value);
        if (query.From is { } from)
            filter &= Where.Gte(r => r.At, from.UtcTicks);
        if (query.To is { } to)
            filter &= Where.Lt(r => r.At, to.UtcTicks);
        return filter;
    }
}
