using Chatbox.Messages;
using LinqToDB;
using LinqToDB.Async;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>What only an import asks.</summary>
internal sealed partial class SqlSessionIndex
{
    public Task<long?> IndexedThrough(SessionId session, CancellationToken cancellationToken) =>
        Read(db =>
            db.GetTable<SessionRow>()
                .Where(s => s.SessionId == session.Value)
                .Select(s => (long?)s.Seq)
                .FirstOrDefaultAsync(cancellationToken)
        );

    public Task KeepShare(SessionId session, string shareToken, CancellationToken cancellationToken) =>
        Write(
            [session.Value],
            async db =>
            {
                var shares = db.GetTable<ShareRow>();
                if (await shares.AnyAsync(s => s.SessionId == session.Value || s.Token == shareToken, cancellationToken))
                    return false;
                await db.InsertAsync(new ShareRow { SessionId = session.Value, Token = shareToken }, token: cancellationToken);
                return true;
            },
            cancellationToken
        );
}
