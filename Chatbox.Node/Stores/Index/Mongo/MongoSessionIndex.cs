using System.Security.Cryptography;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Chatbox.Messages;
using Chatbox.Node.Identity;
using MongoDB.Driver;

namespace Chatbox.Node.Stores.Index.Mongo;

/// <summary>The index in MongoDB; its rows are those of SQL. What belongs together is one transaction, so it needs a replica set.</summary>
internal sealed partial class MongoSessionIndex(IMongoDatabase database, IContentCipher cipher, TimeProvider clock)
    : ISessionIndex,
        ITokenWithdrawals
{
    /// <summary>The type of messages that the time series are about.</summary>
    public const string Answer = "ai_response";

    private const int ShareTokenBytes = 16;

    private readonly MongoIndexCollections _rows = new(database);
    private readonly SealedColumns _columns = new(cipher);
    private readonly IndexRowReader _reader = new(new SealedColumns(cipher));

    public Task Migrate(CancellationToken cancellationToken) => Guard(() => _rows.Migrate(cancellationToken));

    public Task<SessionSummary?> Find(SessionId session, CancellationToken cancellationToken) =>
        Guard(async () =>
            await _rows.Sessions.Find(s => s.SessionId == session.Value).FirstOrDefaultAsync(cancellationToken) is { } row
                ? (await Summaries([row], cancellationToken))[0]
                : null
        );

    public Task<IReadOnlyList<IndexedMessage>> History(SessionId session, long? beforeSeq, int limit, CancellationToken cancellationToken)
    {
        IndexRowReader.CheckLimit(limit);
        var before = beforeSeq ?? long.MaxValue;
        return Guard(async () =>
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

    public Task<ShareLink?> Share(SessionId session, ShareExpiry expiry, CancellationToken cancellationToken) =>
        Write(
            [session.Value],
            async (transaction, stop) =>
            {
                if (!await _rows.Sessions.Find(transaction, s => s.SessionId == session.Value).AnyAsync(stop))
                    return null;
                var shared = await _rows.Shares.Find(transaction, s => s.SessionId == session.Value).FirstOrDefaultAsync(stop);
                var isGood = shared?.IsGoodAt(clock.GetUtcNow()) ?? false;
                if (isGood && !expiry.IsSet)
                    return shared!.ToLink();

                // One that has expired never comes back.
                var made = new ShareRow
                {
                    SessionId = session.Value,
                    Token = isGood ? shared!.Token : RandomNumberGenerator.GetHexString(2 * ShareTokenBytes, lowercase: true),
                    ExpiresAt = expiry.At?.UtcTicks,
                };
                await _rows.Shares.ReplaceOneAsync(
                    transaction,
                    s => s.SessionId == session.Value,
                    made,
                    new ReplaceOptions { IsUpsert = true },
                    stop
                );
                return made.ToLink();
            },
            cancellationToken
        );

    public Task RevokeShare(SessionId session, CancellationToken cancellationToken) =>
        Guard(() => _rows.Shares.DeleteOneAsync(s => s.SessionId == session.Value, cancellationToken));

    public Task<SessionSummary?> FindShared(string shareToken, CancellationToken cancellationToken) =>
        Guard(async () =>
            await _rows.Shares.Find(s => s.Token == shareToken).FirstOrDefaultAsync(cancellationToken) is { } share
            && share.IsGoodAt(clock.GetUtcNow())
            && await _rows.Sessions.Find(s => s.SessionId == share.SessionId).FirstOrDefaultAsync(cancellationToken) is { } row
                ? _reader.Summary(row, share)
                : null
        );

    /// <remarks>
    /// Nobody finds the session, and no update brings anything, from the transaction on. What it said is deleted after that: a transaction has
    /// a minute, which the documents of a long conversation might exceed each time it is tried again.
    /// </remarks>
    public async Task Erase(SessionId session, CancellationToken cancellationToken)
    {
        await Write(
            [session.Value],
            async (transaction, stop) =>
            {
                var erased = Builders<TurnRow>.Update.Set(t => t.Erased, true);
                await _rows.Turns.UpdateOneAsync(transaction, t => t.SessionId == session.Value, erased, cancellationToken: stop);
                await _rows.Shares.DeleteManyAsync(transaction, s => s.SessionId == session.Value, cancellationToken: stop);
                return await _rows.Sessions.DeleteManyAsync(transaction, s => s.SessionId == session.Value, cancellationToken: stop);
            },
            cancellationToken
        );
        await Guard(async () =>
        {
            await _rows.Words.DeleteManyAsync(w => w.SessionId == session.Value, cancellationToken);
            await _rows.Intervals.DeleteManyAsync(i => i.SessionId == session.Value, cancellationToken);
            await _rows.Messages.DeleteManyAsync(m => m.SessionId == session.Value, cancellationToken);
        });
    }

    public Task<IReadOnlyList<IdleSession>> IdleSince(
        DateTimeOffset moment,
        IdleSession? after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var idle = Where.Eq(s => s.EndTime, IndexTime.Never) & Where.Lte(s => s.LastActivity, moment.UtcTicks);
        var place = after is null ? null : ((long, string)?)(after.LastActivity.UtcTicks, after.SessionId.Value);
        return Guard(async () =>
        {
            var rows = await By(idle, s => s.LastActivity, descending: false, place).Limit(limit).ToListAsync(cancellationToken);
            return (IReadOnlyList<IdleSession>)
                rows.ConvertAll(row => new IdleSession(new SessionId(row.SessionId), new DateTimeOffset(row.LastActivity, TimeSpan.Zero)));
        });
    }

    public Task Audit(AuditRecord record, CancellationToken cancellationToken) =>
        Guard(() =>
            _rows.AuditTrail.InsertOneAsync(
                new AuditRow
                {
                    At = record.At.UtcTicks,
                    Actor = record.Actor.Value,
                    Action = record.Action,
                    SessionId = record.SessionId?.Value,
                    UserId = record.UserId?.Value,
                    Detail = record.Detail,
                },
                cancellationToken: cancellationToken
            )
        );
}
