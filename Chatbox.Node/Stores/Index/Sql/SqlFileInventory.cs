using Chatbox.Messages;
using Chatbox.Node.Files;
using LinqToDB;
using LinqToDB.Async;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>The records of files as operators see them.</summary>
internal sealed class SqlFileInventory(IndexDatabase database) : IFileInventory
{
    private readonly SqlIndexAccess _access = new(database);

    public Task<FileRecord?> Find(FileId file, CancellationToken cancellationToken) =>
        _access.Read(async db =>
            (await db.GetTable<FileRow>().FirstOrDefaultAsync(f => f.FileId == file.Value, cancellationToken))?.ToRecord()
        );

    public Task<IReadOnlyList<FileRecord>> List(FileId? after, int limit, CancellationToken cancellationToken)
    {
        var last = after?.Value ?? "";
        return _access.Read(async db =>
        {
            var rows = await db.GetTable<FileRow>()
                .Where(f => string.Compare(f.FileId, last) > 0)
                .OrderBy(f => f.FileId)
                .Take(limit)
                .ToListAsync(cancellationToken);
            return (IReadOnlyList<FileRecord>)rows.ConvertAll(row => row.ToRecord());
        });
    }
}
