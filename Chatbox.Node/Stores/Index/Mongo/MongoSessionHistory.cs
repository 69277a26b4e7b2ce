using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Chatbox.Messages;
using MongoDB.Driver;

namespace Chatbox.Node.Stores.Index.Mongo;

/// <summary>Reads the messages of a session.</summary>
internal sealed class MongoSessionHistory(MongoIndexAccess access, IContentCipher cipher)
{
    private readonly MongoIndexCollections _rows = access.Rows;
    private readonly IndexRowReader _reader = new(new SealedColumns(cipher));

    public Task<IReadOnlyList<IndexedMessage>> Read(SessionId session, long? beforeSeq, int limit, CancellationToken cancellationToken)
    {
        IndexRowReader.CheckLimit(limit);
        var before = beforeSeq ?? long.MaxValue;
        return MongoIndexAccess.Guard(async () =>
        {
            var rows = await _rows
                .Messages.Find(m => m.SessionId == session.Value && m.Seq < before)
                .SortByDescending(m => m.Seq)
                .Limit(limit)
                .ToListAsync(cancellationToken);
            rows.Reverse();
            return (IReadOnlyList<IndexedMessage>)rows.ConvertAll(_reader.Message);
        });
    }

    public Task<long?> IndexedThrough(SessionId session, CancellationToken cancellationToken) =>
        MongoIndexAccess.Guard(async () =>
        {
            var row = await _rows.Sessions.Find(s => s.SessionId == session.Value).FirstOrDefaultAsync(cancellationToken);
            return row?.Seq;
        });
}
