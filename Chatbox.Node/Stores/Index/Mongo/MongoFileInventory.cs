using Chatbox.Messages;
using Chatbox.Node.Files;
using MongoDB.Driver;

namespace Chatbox.Node.Stores.Index.Mongo;

/// <summary>The records of files as operators see them.</summary>
internal sealed class MongoFileInventory(IMongoDatabase database) : IFileInventory
{
    private readonly MongoIndexAccess _access = new(database);

    public Task<FileRecord?> Find(FileId file, CancellationToken cancellationToken) =>
        MongoIndexAccess.Guard(async () =>
            (await _access.Rows.Files.Find(f => f.FileId == file.Value).FirstOrDefaultAsync(cancellationToken))?.ToRecord()
        );

    public Task<IReadOnlyList<FileRecord>> List(FileId? after, int limit, CancellationToken cancellationToken) =>
        MongoIndexAccess.Guard(async () =>
        {
            var behind = Builders<FileRow>.Filter.Gt(f => f.FileId, after?.Value ?? "");
            var rows = await _access.Rows.Files.Find(behind).SortBy(f => f.FileId).Limit(limit).ToListAsync(cancellationToken);
            return (IReadOnlyList<FileRecord>)rows.ConvertAll(row => row.ToRecord());
        });
}
