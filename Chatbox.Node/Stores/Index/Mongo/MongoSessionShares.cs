using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Chatbox.Messages;
using MongoDB.Driver;

namespace Chatbox.Node.Stores.Index.Mongo;

/// <summary>Creates, finds and revokes the share tokens of sessions.</summary>
internal sealed class MongoSessionShares(MongoIndexAccess access, IContentCipher cipher, TimeProvider clock)
{
    private readonly MongoIndexCollections _rows = access.Rows;
    private readonly IndexRowReader _reader = new(new SealedColumns(cipher));

    public Task<ShareLink?> Share(SessionId session, ShareExpiry expiry, CancellationToken cancellationToken) =>
        access.Write(
            [session.Value],
            async (transaction, token) =>
            {
                if (!await _rows.Sessions.Find(transaction, s => s.SessionId == session.Value).AnyAsync(token))
                    return null;
                var shared = await _rows.Shares.Find(transaction, s => s.SessionId == session.Value).FirstOrDefaultAsync(token);
                var isGood = shared?.IsGoodAt(clock.GetUtcNow()) ?? false;
                if (isGood && !expiry.IsSet)
                    return shared!.ToLink();

                // An expired token never becomes valid again.
                var written = new ShareRow
                {
                    SessionId = session.Value,
                    Token = isGood ? shared!.Token : ShareTokens.Create(),
                    ExpiresAt = expiry.At?.UtcTicks,
                };
                await _rows.Shares.ReplaceOneAsync(
                    transaction,
                    s => s.SessionId == session.Value,
                    written,
                    new ReplaceOptions { IsUpsert = true },
                    token
                );
                return written.ToLink();
            },
            cancellationToken
        );

    public Task Keep(SessionId session, string shareToken, CancellationToken cancellationToken) =>
        access.Write(
            [session.Value],
            async (transaction, token) =>
            {
                if (await _rows.Shares.Find(transaction, s => s.SessionId == session.Value || s.Token == shareToken).AnyAsync(token))
                    return false;
                await _rows.Shares.InsertOneAsync(
                    transaction,
                    new ShareRow { SessionId = session.Value, Token = shareToken },
                    cancellationToken: token
                );
                return true;
            },
            cancellationToken
        );

    public Task Revoke(SessionId session, CancellationToken cancellationToken) =>
        MongoIndexAccess.Guard(() => _rows.Shares.DeleteOneAsync(s => s.SessionId == session.Value, cancellationToken));

    public Task<SessionSummary?> Find(string shareToken, CancellationToken cancellationToken) =>
        MongoIndexAccess.Guard(async () =>
            await _rows.Shares.Find(s => s.Token == shareToken).FirstOrDefaultAsync(cancellationToken) is { } share
            && share.IsGoodAt(clock.GetUtcNow())
            && await _rows.Sessions.Find(s => s.SessionId == share.SessionId).FirstOrDefaultAsync(cancellationToken) is { } row
                ? _reader.Summary(row, share)
                : null
        );
}
