using Chatbox.Actors.Files;
using Chatbox.Actors.Sealing;
using Chatbox.Messages;
using Chatbox.Node.Files;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>Records of files, in tables beside the index; the index creates the tables.</summary>
internal sealed class SqlFileRecords(IndexDatabase database, IContentCipher cipher) : IFileRecords
{
    private readonly SqlIndexAccess _access = new(database);
    private readonly SealedColumns _columns = new(cipher);

    public Task<long> Used(UserId owner, CancellationToken cancellationToken) => _access.Read(db => Used(db, owner, cancellationToken));

    public Task<bool> Begin(StoredFile file, long quota, CancellationToken cancellationToken)
    {
        var row = FileRow.Of(file, _columns);
        return _access.Write(
            [FileRow.QuotaLock(file.Owner)],
            async db =>
            {
                if (await db.GetTable<FileRow>().AnyAsync(f => f.FileId == row.FileId, cancellationToken))
                    throw FileRow.Taken(file.Id);
                if (file.Size > quota - await Used(db, file.Owner, cancellationToken))
                    return false;
                await db.InsertAsync(row, token: cancellationToken);
                return true;
            },
            cancellationToken
        );
    }

    public Task<bool> Complete(FileId file, long size, DateTimeOffset now, CancellationToken cancellationToken) =>
        _access.Write(
            [FileRow.LockOf(file.Value)],
            async db =>
                await db.GetTable<FileRow>()
                    .Where(f => f.FileId == file.Value && f.State == FileRow.Writing)
                    .Set(f => f.State, FileRow.Unsent)
                    .Set(f => f.Size, size)
                    .Set(f => f.At, now.UtcTicks)
                    .UpdateAsync(cancellationToken) > 0,
            cancellationToken
        );

    public Task<IReadOnlyList<StoredFile>> Find(IReadOnlyList<FileId> files, CancellationToken cancellationToken)
    {
        var ids = files.Select(file => file.Value).ToList();
        return _access.Read(async db =>
            FileRow.InOrder(files, await Complete(db).Where(f => ids.Contains(f.FileId)).ToListAsync(cancellationToken), _columns)
        );
    }

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
            [session.Value, .. ids.Select(FileRow.LockOf)],
            async db =>
            {
                if (await db.GetTable<ErasedRow>().AnyAsync(e => e.SessionId == session.Value, cancellationToken))
                    return new FileClaim.Absent(files[0]);
                var rows = await Complete(db).Where(f => ids.Contains(f.FileId) && f.UserId == owner.Value).ToListAsync(cancellationToken);
                var claim = FileRow.ToClaim(files, rows, _columns);
                if (claim is FileClaim.Claimed)
                    await Mention(db, session, ids, now, cancellationToken);
                return claim;
            },
            cancellationToken
        );
    }

    public Task<IReadOnlyList<SessionId>> SessionsOf(FileId file, int limit, CancellationToken cancellationToken) =>
        _access.Read(async db =>
        {
            var sessions = await db.GetTable<FileMentionRow>()
                .Where(m => m.FileId == file.Value && Complete(db).Any(f => f.FileId == m.FileId))
                .OrderBy(m => m.SessionId)
                .Select(m => m.SessionId)
                .Take(limit)
                .ToListAsync(cancellationToken);
            return (IReadOnlyList<SessionId>)sessions.ConvertAll(id => new SessionId(id));
        });

    private static async Task Mention(
        DataConnection db,
        SessionId session,
        List<string> files,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        foreach (var file in files)
            await db.InsertOrReplaceAsync(
                new FileMentionRow
                {
                    SessionId = session.Value,
                    FileId = file,
                    At = now.UtcTicks,
                    Confirmed = false,
                },
                token: cancellationToken
            );
        await db.GetTable<FileRow>()
            .Where(f => files.Contains(f.FileId))
            .Set(f => f.State, FileRow.Mentioned)
            .UpdateAsync(cancellationToken);
    }

    private static IQueryable<FileRow> Complete(DataConnection db) =>
        db.GetTable<FileRow>().Where(f => f.State == FileRow.Unsent || f.State == FileRow.Mentioned);

    internal static async Task<long> Used(DataConnection db, UserId owner, CancellationToken cancellationToken) =>
        await db.GetTable<FileRow>()
            .Where(f => f.UserId == owner.Value && f.State != FileRow.Removing)
            .SumAsync(f => (long?)f.Size, cancellationToken)
        ?? 0;
}
