using Chatbox.Actors.Sealing;
using Chatbox.Messages;
using Chatbox.Node.Files;
using LinqToDB;
using LinqToDB.Async;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>Records of uploads in several requests, in tables beside the index; the index creates the tables.</summary>
internal sealed class SqlOpenUploads(IndexDatabase database, IContentCipher cipher) : IOpenUploads
{
    private readonly SqlIndexAccess _access = new(database);
    private readonly SealedColumns _columns = new(cipher);

    public Task<bool> Create(OpenUpload upload, long quota, CancellationToken cancellationToken)
    {
        var row = UploadRow.Of(upload, _columns);
        return _access.Write(
            [FileRow.QuotaLock(upload.Owner)],
            async db =>
            {
                var begun = await db.GetTable<UploadRow>()
                    .Where(u => u.UserId == row.UserId && (u.State == UploadRow.Open || u.State == UploadRow.Taken))
                    .SumAsync(u => (long?)u.Length, cancellationToken);
                var used = await SqlFileRecords.Used(db, upload.Owner, cancellationToken);
                if (upload.Length > quota - used - (begun ?? 0))
                    return false;
                await db.InsertAsync(row, token: cancellationToken);
                return true;
            },
            cancellationToken
        );
    }

    public Task<OpenUpload?> Find(UserId owner, FileId upload, CancellationToken cancellationToken) =>
        _access.Read(async db =>
            (
                await db.GetTable<UploadRow>()
                    .FirstOrDefaultAsync(
                        u => u.UploadId == upload.Value && u.UserId == owner.Value && u.State != UploadRow.Closed,
                        cancellationToken
                    )
            )?.Read(_columns)
        );

    public Task<bool> Append(FileId upload, UploadPart part, DateTimeOffset now, CancellationToken cancellationToken) =>
        _access.Write(
            [UploadRow.LockOf(upload)],
            async db =>
            {
                var isNext = await db.GetTable<UploadRow>()
                    .Where(u => u.UploadId == upload.Value && u.State == UploadRow.Open && u.Received == part.Offset)
                    .Set(u => u.Received, part.Offset + part.Length)
                    .Set(u => u.At, now.UtcTicks)
                    .UpdateAsync(cancellationToken);
                if (isNext == 0)
                    return false;
                var row = new UploadPartRow
                {
                    PartId = part.Id.Value,
                    UploadId = upload.Value,
                    Place = part.Offset,
                    Length = part.Length,
                };
                await db.InsertAsync(row, token: cancellationToken);
                return true;
            },
            cancellationToken
        );

    public Task<IReadOnlyList<UploadPart>> Parts(FileId upload, CancellationToken cancellationToken) =>
        _access.Read(async db =>
        {
            var rows = await db.GetTable<UploadPartRow>()
                .Where(p => p.UploadId == upload.Value)
                .OrderBy(p => p.Place)
                .ToListAsync(cancellationToken);
            return (IReadOnlyList<UploadPart>)rows.ConvertAll(row => row.Read());
        });

    public Task Complete(FileId upload, DateTimeOffset now, CancellationToken cancellationToken) =>
        _access.Write(
            [UploadRow.LockOf(upload)],
            db =>
                db.GetTable<UploadRow>()
                    .Where(u => u.UploadId == upload.Value)
                    .Set(u => u.State, UploadRow.Complete)
                    .Set(u => u.Received, u => u.Length)
                    .Set(u => u.At, now.UtcTicks)
                    .UpdateAsync(cancellationToken),
            cancellationToken
        );

    public Task<bool> Take(FileId upload, DateTimeOffset abandonedBefore, DateTimeOffset now, CancellationToken cancellationToken) =>
        Change(
            upload,
            u =>
                (u.State == UploadRow.Open && u.Received == u.Length - 1)
                || (u.State == UploadRow.Taken && u.At < abandonedBefore.UtcTicks),
            UploadRow.Taken,
            now,
            cancellationToken
        );

    public Task<bool> Renew(FileId upload, DateTimeOffset taken, DateTimeOffset now, CancellationToken cancellationToken) =>
        Change(upload, u => u.State == UploadRow.Taken && u.At == taken.UtcTicks, UploadRow.Taken, now, cancellationToken);

    public Task GiveBack(FileId upload, DateTimeOffset taken, CancellationToken cancellationToken) =>
        Change(upload, u => u.State == UploadRow.Taken && u.At == taken.UtcTicks, UploadRow.Open, taken, cancellationToken);

    public Task Close(FileId upload, DateTimeOffset now, CancellationToken cancellationToken) =>
        Change(upload, _ => true, UploadRow.Closed, now, cancellationToken);

    public Task RemovePart(FileId part, CancellationToken cancellationToken) =>
        _access.Read(db => db.GetTable<UploadPartRow>().DeleteAsync(p => p.PartId == part.Value, cancellationToken));

    public Task Remove(FileId upload, CancellationToken cancellationToken) =>
        _access.Read(db => db.GetTable<UploadRow>().DeleteAsync(u => u.UploadId == upload.Value, cancellationToken));

    public Task<IReadOnlyList<FileId>> Expired(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        List(u => u.State == UploadRow.Closed || u.At < before.UtcTicks, limit, cancellationToken);

    public Task<IReadOnlyList<FileId>> OfOwner(UserId owner, int limit, CancellationToken cancellationToken) =>
        List(u => u.UserId == owner.Value, limit, cancellationToken);

    public Task<IReadOnlySet<FileId>> KnownParts(IReadOnlyCollection<FileId> parts, CancellationToken cancellationToken)
    {
        var ids = parts.Select(part => part.Value).ToList();
        return _access.Read(async db =>
        {
            var known = await db.GetTable<UploadPartRow>()
                .Where(p => ids.Contains(p.PartId))
                .Select(p => p.PartId)
                .ToListAsync(cancellationToken);
            return (IReadOnlySet<FileId>)known.Select(id => new FileId(id)).ToHashSet();
        });
    }

    /// <summary>Changes the state of an upload that meets the condition.</summary>
    private Task<bool> Change(
        FileId upload,
        System.Linq.Expressions.Expression<Func<UploadRow, bool>> condition,
        string state,
        DateTimeOffset at,
        CancellationToken cancellationToken
    ) =>
        _access.Write(
            [UploadRow.LockOf(upload)],
            async db =>
                await db.GetTable<UploadRow>()
                    .Where(u => u.UploadId == upload.Value)
                    .Where(condition)
                    .Set(u => u.State, state)
                    .Set(u => u.At, at.UtcTicks)
                    .UpdateAsync(cancellationToken) > 0,
            cancellationToken
        );

    private Task<IReadOnlyList<FileId>> List(
        System.Linq.Expressions.Expression<Func<UploadRow, bool>> which,
        int limit,
        CancellationToken cancellationToken
    ) =>
        _access.Read(async db =>
        {
            var found = await db.GetTable<UploadRow>()
                .Where(which)
                .OrderBy(u => u.At)
                .Select(u => u.UploadId)
                .Take(limit)
                .ToListAsync(cancellationToken);
            return (IReadOnlyList<FileId>)found.ConvertAll(id => new FileId(id));
        });
}
