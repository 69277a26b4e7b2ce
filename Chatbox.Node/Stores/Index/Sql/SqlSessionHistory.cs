using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Chatbox.Messages;
using LinqToDB;
using LinqToDB.Async;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>Reads the messages of a session.</summary>
internal sealed class SqlSessionHistory(SqlIndexAccess access, IContentCipher cipher)
{
    private readonly IndexRowReader _reader = new(new SealedColumns(cipher));

    public Task<IReadOnlyList<IndexedMessage>> Read(SessionId session, long? beforeSeq, int limit, CancellationToken cancellationToken)
    {
        IndexRowReader.CheckLimit(limit);
        return access.Read(async db =>
        {
            var messages = db.GetTable<MessageRow>().Where(m => m.SessionId == session.Value);
            if (beforeSeq is { } before)
                messages = messages.Where(m => m.Seq < before);
            var rows = await messages.OrderByDescending(m => m.Seq).Take(limit).ToListAsync(cancellationToken);
            rows.Reverse();
            return (IReadOnlyList<IndexedMessage>)rows.ConvertAll(_reader.Message);
        });
    }

    public Task<long?> IndexedThrough(SessionId session, CancellationToken cancellationToken) =>
        access.Read(db =>
            db.GetTable<SessionRow>()
                .Where(s => s.SessionId == session.Value)
                .Select(s => (long?)s.Seq)
                .FirstOrDefaultAsync(cancellationToken)
        );
}
