using Chatbox.Messages;
using MongoDB.Driver;

namespace Chatbox.Node.Stores.Index.Mongo;

/// <summary>What only an import asks.</summary>
internal sealed partial class MongoSessionIndex
{
    public Task<long?> IndexedThrough(SessionId session, CancellationToken cancellationToken) =>
        Guard(async () =>
        {
            var row = await _rows.Sessions.Find(s => s.SessionId == session.Value).FirstOrDefaultAsync(cancellationToken);
            return row?.Seq;
        });

    public Task KeepShare(SessionId session, string shareToken, CancellationToken cancellationToken) =>
        Write(
            [session.Value],
            async (transaction, stop) =>
            {
                if (await _rows.Shares.Find(transaction, s => s.SessionId == session.Value || s.Token == shareToken).AnyAsync(stop))
                    return false;
                await _rows.Shares.InsertOneAsync(
                    transaction,
                    new ShareRow { SessionId = session.Value, Token = shareToken },
                    cancellationToken: stop
                );
                return true;
            },
            cancellationToken
        );
}
