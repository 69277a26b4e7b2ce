using System.Linq.Expressions;
using Chatbox.Actors.Sealing;
using Chatbox.Messages;
using Chatbox.Node.Files;
using MongoDB.Driver;

namespace Chatbox.Node.Stores.Index.Mongo;

/// <summary>Records of uploads in several requests, in collections beside the index; the index creates the collections.</summary>
internal sealed class MongoOpenUploads(IMongoDatabase database, IContentCipher cipher) : IOpenUploads
{
    private static readonly FilterDefinitionBuilder<UploadRow> Where = Builders<UploadRow>.Filter;
    private static readonly UpdateDefinitionBuilder<UploadRow> Set = Builders<UploadRow>.Update;

    private readonly MongoIndexAccess _access = new(database);
    private readonly MongoFileRecords _files = new(database, cipher);
    private readonly SealedColumns _columns = new(cipher);

    private IMongoCollection<UploadRow> Uploads => _access.Rows.Uploads;

    private IMongoCollection<UploadPartRow> UploadParts => _access.Rows.UploadParts;

    public Task<bool> Create(OpenUpload upload, long quota, CancellationToken cancellationToken)
    {
        var row = UploadRow.Of(upload, _columns);
        return _access.Write(
            [FileRow.QuotaLock(upload.Owner)],
            async (transaction, token) =>
            {
                var begun = await Uploads
                    .Find(transaction, u => u.UserId == row.UserId && (u.State == UploadRow.Open || u.State == UploadRow.Taken))
                    .Project(u => u.Length)
                    .ToListAsync(token);
                var used = await _files.Used(transaction, upload.Owner, token);
                if (upload.Length > quota - used - begun.Sum())
                    return false;
                await Uploads.InsertOneAsync(transaction, row, cancellationToken: token);
                return true;
            },
            cancellationToken
        );
    }

    public Task<OpenUpload?> Find(UserId owner, FileId upload, CancellationToken cancellationToken) =>
        MongoIndexAccess.Guard(async () =>
            (
                await Uploads
                    .Find(u => u.UploadId == upload.Value && u.UserId == owner.Value && u.State != UploadRow.Closed)
                    .FirstOrDefaultAsync(cancellationToken)
            )?.Read(_columns)
        );

    public Task<bool> Append(FileId upload, UploadPart part, DateTimeOffset now, CancellationToken cancellationToken) =>
        _access.Transact(
            async (transaction, token) =>
            {
                var isNext = await Uploads.UpdateOneAsync(
                    transaction,
                    u => u.UploadId == upload.Value && u.State == UploadRow.Open && u.Received == part.Offset,
                    Set.Set(u => u.Received, part.Offset + part.Length).Set(u => u.At, now.UtcTicks),
                    cancellationToken: token
                );
                if (isNext.MatchedCount == 0)
                    return false;
                var row = new UploadPartRow
                {
                    PartId = part.Id.Value,
                    UploadId = upload.Value,
                    Place = part.Offset,
                    Length = part.Length,
                };
                await UploadParts.InsertOneAsync(transaction, row, cancellationToken: token);
                return true;
            },
            cancellationToken
        );

    public Task<IReadOnlyList<UploadPart>> Parts(FileId upload, CancellationToken cancellationToken) =>
        MongoIndexAccess.Guard(async () =>
        {
            var rows = await UploadParts.Find(p => p.UploadId == upload.Value).SortBy(p => p.Place).ToListAsync(cancellationToken);
            return (IReadOnlyList<UploadPart>)rows.ConvertAll(row => row.Read());
        });

    public Task Complete(FileId upload, DateTimeOffset now, CancellationToken cancellationToken) =>
        MongoIndexAccess.Guard(async () =>
        {
            if (await Uploads.Find(u => u.UploadId == upload.Value).FirstOrDefaultAsync(cancellationToken) is { } row)
                await Uploads.UpdateOneAsync(
                    u => u.UploadId == upload.Value,
                    Set.Set(u => u.State, UploadRow.Complete).Set(u => u.Received, row.Length).Set(u => u.At, now.UtcTicks),
                    cancellationToken: cancellationToken
                );
        });

    public async Task<bool> Take(FileId upload, DateTimeOffset abandonedBefore, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // The length never changes, so it can be read before.
        var length = await MongoIndexAccess.Guard(() =>
            Uploads.Find(u => u.UploadId == upload.Value).Project(u => u.Length).FirstOrDefaultAsync(cancellationToken)
        );
        var (received, abandoned) = (length - 1, abandonedBefore.UtcTicks);
        return await Change(
            upload,
            Where.Eq(u => u.State, UploadRow.Open) & Where.Eq(u => u.Received, received)
                | Where.Eq(u => u.State, UploadRow.Taken) & Where.Lt(u => u.At, abandoned),
            UploadRow.Taken,
            now,
            cancellationToken
        );
    }

    public Task<bool> Renew(FileId upload, DateTimeOffset taken, DateTimeOffset now, CancellationToken cancellationToken) =>
        Change(upload, IsTaken(taken), UploadRow.Taken, now, cancellationToken);

    public Task GiveBack(FileId upload, DateTimeOffset taken, CancellationToken cancellationToken) =>
        Change(upload, IsTaken(taken), UploadRow.Open, taken, cancellationToken);

    public Task Close(FileId upload, DateTimeOffset now, CancellationToken cancellationToken) =>
        Change(upload, Where.Empty, UploadRow.Closed, now, cancellationToken);

    public Task RemovePart(FileId part, CancellationToken cancellationToken) =>
        MongoIndexAccess.Guard(() => UploadParts.DeleteOneAsync(p => p.PartId == part.Value, cancellationToken));

    public Task Remove(FileId upload, CancellationToken cancellationToken) =>
        MongoIndexAccess.Guard(() => Uploads.DeleteOneAsync(u => u.UploadId == upload.Value, cancellationToken));

    public Task<IReadOnlyList<FileId>> Expired(DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        var ticks = before.UtcTicks;
        return List(u => u.State == UploadRow.Closed || u.At < ticks, limit, cancellationToken);
    }

    public Task<IReadOnlyList<FileId>> OfOwner(UserId owner, int limit, CancellationToken cancellationToken) =>
        List(u => u.UserId == owner.Value, limit, cancellationToken);

    public Task<IReadOnlySet<FileId>> KnownParts(IReadOnlyCollection<FileId> parts, CancellationToken cancellationToken) =>
        MongoIndexAccess.Guard(async () =>
        {
            var known = await UploadParts
                .Find(Builders<UploadPartRow>.Filter.In(p => p.PartId, parts.Select(part => part.Value)))
                .Project(p => p.PartId)
                .ToListAsync(cancellationToken);
            return (IReadOnlySet<FileId>)known.Select(id => new FileId(id)).ToHashSet();
        });

    private static FilterDefinition<UploadRow> IsTaken(DateTimeOffset taken) =>
        Where.Eq(u => u.State, UploadRow.Taken) & Where.Eq(u => u.At, taken.UtcTicks);

    /// <summary>Changes the state of an upload that meets the condition.</summary>
    private Task<bool> Change(
        FileId upload,
        FilterDefinition<UploadRow> condition,
        string state,
        DateTimeOffset at,
        CancellationToken cancellationToken
    ) =>
        MongoIndexAccess.Guard(async () =>
        {
            var changed = await Uploads.UpdateOneAsync(
                Where.Eq(u => u.UploadId, upload.Value) & condition,
                Set.Set(u => u.State, state).Set(u => u.At, at.UtcTicks),
                cancellationToken: cancellationToken
            );
            return changed.MatchedCount > 0;
        });

    private Task<IReadOnlyList<FileId>> List(Expression<Func<UploadRow, bool>> which, int limit, CancellationToken cancellationToken) =>
        MongoIndexAccess.Guard(async () =>
        {
            var found = await Uploads.Find(which).SortBy(u => u.At).Limit(limit).Project(u => u.UploadId).ToListAsync(cancellationToken);
            return (IReadOnlyList<FileId>)found.ConvertAll(id => new FileId(id));
        });
}
