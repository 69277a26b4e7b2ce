using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Chatbox.Messages;
using LinqToDB;
using LinqToDB.Async;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>Creates, finds and revokes the share tokens of sessions.</summary>
internal sealed class SqlSessionShares(SqlIndexAccess access, IContentCipher cipher, TimeProvider clock)
{
    private readonly IndexRowReader _reader = new(new SealedColumns(cipher));

    public Task<ShareLink?> Share(SessionId session, ShareExpiry expiry, CancellationToken cancellationToken) =>
        access.Write(
            [session.Value],
            async db =>
            {
                if (!await db.GetTable<SessionRow>().AnyAsync(s => s.SessionId == session.Value, cancellationToken))
                    return null;
                var shares = db.GetTable<ShareRow>().Where(s => s.SessionId == session.Value);
                var end = expiry.At?.UtcTicks;
                if (await shares.FirstOrDefaultAsync(cancellationToken) is { } shared && shared.IsGoodAt(clock.GetUtcNow()))
                {
                    if (!expiry.IsSet)
                        return shared.ToLink();
                    await shares.Set(s => s.ExpiresAt, end).UpdateAsync(cancellationToken);
                    return (shared with { ExpiresAt = end }).ToLink();
                }

                // An expired token never becomes valid again.
                await shares.DeleteAsync(cancellationToken);
                var created = new ShareRow
                {
                    SessionId = session.Value,
                    Token = ShareTokens.Create(),
                    ExpiresAt = end,
                };
                await db.InsertAsync(created, token: cancellationToken);
                return created.ToLink();
            },
            cancellationToken
        );

    public Task Keep(SessionId session, string shareToken, CancellationToken cancellationToken) =>
        access.Write(
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

    public Task Revoke(SessionId session, CancellationToken cancellationToken) =>
        access.Write(
            [session.Value],
            db => db.GetTable<ShareRow>().DeleteAsync(s => s.SessionId == session.Value, cancellationToken),
            cancellationToken
        );

    public Task<SessionSummary?> Find(string shareToken, CancellationToken cancellationToken) =>
        access.Read(async db =>
        {
            var shared =
                from share in db.GetTable<ShareRow>()
                join session in db.GetTable<SessionRow>() on share.SessionId equals session.SessionId
                where share.Token == shareToken
                select new { session, share };
            return await shared.FirstOrDefaultAsync(cancellationToken) is { } found && found.share.IsGoodAt(clock.GetUtcNow())
                ? _reader.Summary(found.session, found.share)
                : null;
        });
}
