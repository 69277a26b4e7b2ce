using Chatbox.Actors.Files;
using Chatbox.Actors.Sealing;
using Chatbox.Messages;
using Chatbox.Node.Files;
using MongoDB.Driver;

namespace Chatbox.Node.Stores.Index.Mongo;

/// <summary>Records of files, in collections beside the index; the index creates the collections.</summary>
internal sealed class MongoFileRecords(IMongoDatabase database, IContentCipher cipher) : IFileRecords
{
    private static readonly FilterDefinitionBuilder<FileRow> Where = Builders<FileRow>.Filter;
    private static readonly UpdateDefinitionBuilder<FileRow> Set = Builders<FileRow>.Update;
    private static readonly FilterDefinition<FileRow> IsComplete = Where.In(f => f.State, [FileRow.Unsent, FileRow.Mentioned]);

    private readonly MongoIndexAccess _access = new(database);
    private readonly SealedColumns _columns = new(cipher);

    public Task<long> Used(UserId owner, CancellationToken cancellationToken) =>
        MongoIndexAccess.Guard(() => Sum(_access.Rows.Files.Aggregate().Match(CountsFor(owner)), cancellationToken));

    public Task<bool> Begin(StoredFile file, long quota, CancellationToken cancellationToken)
    {
        var row = FileRow.Of(file, _columns);
        return _access.Write(
            [FileRow.QuotaLock(file.Owner)],
            async (transaction, token) =>
            {
                if (await _access.Rows.Files.Find(transaction, Where.Eq(f => f.FileId, row.FileId)).AnyAsync(token))
                    throw FileRow.Taken(file.Id);
                var used = await Used(transaction, file.Owner, token);
                if (file.Size > quota - used)
                    return false;
                await _access.Rows.Files.InsertOneAsync(transaction, row, cancellationToken: token);
                return true;
            },
            cancellationToken
        );
    }

    public Task<bool> Complete(FileId file, long size, DateTimeOffset now, CancellationToken cancellationToken) =>
        MongoIndexAccess.Guard(async () =>
        {
            var done = await _access.Rows.Files.UpdateOneAsync(
                Where.Eq(f => f.FileId, file.Value) & Where.Eq(f => f.State, FileRow.Writing),
                Set.Set(f => f.State, FileRow.Unsent).Set(f => f.Size, size).Set(f => f.At, now.UtcTicks),
                cancellationToken: cancellationToken
            );
            return done.MatchedCount > 0;
        });

    public Task<IReadOnlyList<StoredFile>> Find(IReadOnlyList<FileId> files, CancellationToken cancellationToken) =>
        MongoIndexAccess.Guard(async () =>
        {
            var named = Where.In(f => f.FileId, files.Select(file => file.Value));
            return FileRow.InOrder(files, await _access.Rows.Files.Find(IsComplete & named).ToListAsync(cancellationToken), _columns);
        });

    public Task<FileClaim> Claim(
        UserId owner,
        SessionId session,
        IReadOnlyList<FileId> files,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var ids = files.Select(file => file.Value).Distinct().ToList();
        if (ids.Count == 0)
            return Task.FromResult<FileClaim>(new FileClaim.Claimed([]));
        return _access.Write(
            [session.Value],
            async (transaction, token) =>
            {
                if (await _access.Rows.Turns.Find(transaction, t => t.SessionId == session.Value && t.Erased).AnyAsync(token))
                    return new FileClaim.Absent(files[0]);
                var named = Where.In(f => f.FileId, ids) & Where.Eq(f => f.UserId, owner.Value) & IsComplete;
                var claim = FileRow.ToClaim(files, await _access.Rows.Files.Find(transaction, named).ToListAsync(token), _columns);
                if (claim is not FileClaim.Claimed)
                    return claim;
                // The change of the documents makes a removal of the same files conflict with this transaction.
                await _access.Rows.Files.UpdateManyAsync(
                    transaction,
                    named,
                    MongoFileRemovals.TakeTurn.Set(f => f.State, FileRow.Mentioned),
                    cancellationToken: token
                );
                await _access.Rows.FileMentions.BulkWriteAsync(
                    transaction,
                    ids.Select(id => Mention(session.Value, id, now)),
                    cancellationToken: token
                );
                return claim;
            },
            cancellationToken
        );
    }

    public Task<IReadOnlyList<SessionId>> SessionsOf(FileId file, int limit, CancellationToken cancellationToken) =>
        MongoIndexAccess.Guard(async () =>
        {
            var named = Where.Eq(f => f.FileId, file.Value);
            if (!await _access.Rows.Files.Find(IsComplete & named).AnyAsync(cancellationToken))
                return [];
            var mentions = await _access
                .Rows.FileMentions.Find(m => m.FileId == file.Value)
                .SortBy(m => m.SessionId)
                .Limit(limit)
                .ToListAsync(cancellationToken);
            return (IReadOnlyList<SessionId>)mentions.ConvertAll(m => new SessionId(m.SessionId));
        });

    /// <inheritdoc cref="Used(UserId, CancellationToken)" />
    internal Task<long> Used(IClientSessionHandle transaction, UserId owner, CancellationToken cancellationToken) =>
        Sum(_access.Rows.Files.Aggregate(transaction).Match(CountsFor(owner)), cancellationToken);

    private static FilterDefinition<FileRow> CountsFor(UserId owner) =>
        Where.Eq(f => f.UserId, owner.Value) & Where.In(f => f.State, [FileRow.Writing, FileRow.Unsent, FileRow.Mentioned]);

    private static async Task<long> Sum(IAggregateFluent<FileRow> files, CancellationToken cancellationToken)
    {
        var sum = await files.Group(f => f.UserId, all => new { Size = all.Sum(f => f.Size) }).FirstOrDefaultAsync(cancellationToken);
        return sum?.Size ?? 0;
    }

    private static UpdateOneModel<FileMentionRow> Mention(string session, string file, DateTimeOffset now)
    {
        var place = Builders<FileMentionRow>.Filter;
        return new(
            place.Eq(m => m.SessionId, session) & place.Eq(m => m.FileId, file),
            Builders<FileMentionRow>.Update.Set(m => m.At, now.UtcTicks).Set(m => m.Confirmed, false)
        )
        {
            IsUpsert = true,
        };
    }
}
