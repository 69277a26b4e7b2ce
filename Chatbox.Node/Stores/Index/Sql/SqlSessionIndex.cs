using System.Data.Common;
using System.Security.Cryptography;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Chatbox.Messages;
using Chatbox.Node.Identity;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>The index in a SQL database; the same queries for each that <see cref="IndexDatabase"/> knows.</summary>
internal sealed partial class SqlSessionIndex(IndexDatabase database, IContentCipher cipher, TimeProvider clock)
    : ISessionIndex,
        ITokenWithdrawals
{
    private const int ShareTokenBytes = 16;

    private readonly SealedColumns _columns = new(cipher);
    private readonly IndexRowReader _rows = new(new SealedColumns(cipher));

    public Task Migrate(CancellationToken cancellationToken) => Guard(() => IndexMigrations.Run(database, cancellationToken));

    public async Task<SessionSummary?> Find(SessionId session, CancellationToken cancellationToken) =>
        await Read(async db =>
        {
            var row = await db.GetTable<SessionRow>().FirstOrDefaultAsync(s => s.SessionId == session.Value, cancellationToken);
            return row is null ? null : (await Summaries(db, [row], cancellationToken))[0];
        });

    public Task<IReadOnlyList<IndexedMessage>> History(SessionId session, long? beforeSeq, int limit, CancellationToken cancellationToken)
    {
        IndexRowReader.CheckLimit(limit);
        return Read(async db =>
        {
            var messages = db.GetTable<MessageRow>().Where(m => m.SessionId == session.Value);
            if (beforeSeq is { } before)
                messages = messages.Where(m => m.Seq < before);
            var rows = await messages.OrderByDescending(m => m.Seq).Take(limit).ToListAsync(cancellationToken);
            rows.Reverse();
            return (IReadOnlyList<IndexedMessage>)rows.ConvertAll(_rows.Message);
        });
    }

    public Task<ShareLink?> Share(SessionId session, ShareExpiry expiry, CancellationToken cancellationToken) =>
        Write(
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

                // One that has expired never comes back.
                await shares.DeleteAsync(cancellationToken);
                var made = new ShareRow
                {
                    SessionId = session.Value,
                    Token = RandomNumberGenerator.GetHexString(2 * ShareTokenBytes, lowercase: true),
                    ExpiresAt = end,
                };
                await db.InsertAsync(made, token: cancellationToken);
                return made.ToLink();
            },
            cancellationToken
        );

    public Task RevokeShare(SessionId session, CancellationToken cancellationToken) =>
        Write(
            [session.Value],
            db => db.GetTable<ShareRow>().DeleteAsync(s => s.SessionId == session.Value, cancellationToken),
            cancellationToken
        );

    public Task<SessionSummary?> FindShared(string shareToken, CancellationToken cancellationToken) =>
        Read(async db =>
        {
            var shared =
                from share in db.GetTable<ShareRow>()
                join session in db.GetTable<SessionRow>() on share.SessionId equals session.SessionId
                where share.Token == shareToken
                select new { session, share };
            return await shared.FirstOrDefaultAsync(cancellationToken) is { } found && found.share.IsGoodAt(clock.GetUtcNow())
                ? _rows.Summary(found.session, found.share)
                : null;
        });

    public async Task Erase(SessionId session, CancellationToken cancellationToken)
    {
        await Write(
            [session.Value],
            async db =>
            {
                // The tombstone with the rows: an update that comes between them would stay for ever.
                if (!await db.GetTable<ErasedRow>().AnyAsync(e => e.SessionId == session.Value, cancellationToken))
                    await db.InsertAsync(new ErasedRow { SessionId = session.Value }, token: cancellationToken);
                await db.GetTable<MessageRow>().DeleteAsync(m => m.SessionId == session.Value, cancellationToken);
                await db.GetTable<WordRow>().DeleteAsync(w => w.SessionId == session.Value, cancellationToken);
                await db.GetTable<ShareRow>().DeleteAsync(s => s.SessionId == session.Value, cancellationToken);
                await db.GetTable<IntervalRow>().DeleteAsync(i => i.SessionId == session.Value, cancellationToken);
                return await db.GetTable<SessionRow>().DeleteAsync(s => s.SessionId == session.Value, cancellationToken);
            },
            cancellationToken
        );
        await Guard(async () =>
        {
            await using var db = database.Connect();
            await database.Scrub(db, cancellationToken);
        });
    }

    public Task<IReadOnlyList<IdleSession>> IdleSince(
        DateTimeOffset moment,
        IdleSession? after,
        int limit,
        CancellationToken cancellationToken
    ) =>
        Read(async db =>
        {
            var place = after is null ? null : ((long, string)?)(after.LastActivity.UtcTicks, after.SessionId.Value);
            var rows = await db.GetTable<SessionRow>()
                .Where(s => s.EndTime == IndexTime.Never && s.LastActivity <= moment.UtcTicks)
                .By(s => s.LastActivity, descending: false, place)
                .Take(limit)
                .Select(s => new { s.SessionId, s.LastActivity })
                .ToListAsync(cancellationToken);
            return (IReadOnlyList<IdleSession>)rows.ConvertAll(row => Idle(row.SessionId, row.LastActivity));
        });

    private static IdleSession Idle(string session, long lastActivity) =>
        new(new SessionId(session), new DateTimeOffset(lastActivity, TimeSpan.Zero));

    public Task Audit(AuditRecord record, CancellationToken cancellationToken) =>
        Read(db =>
            db.InsertAsync(
                new AuditRow
                {
                    At = record.At.UtcTicks,
                    Actor = record.Actor.Value,
                    Action = record.Action,
                    SessionId = record.SessionId?.Value,
                    UserId = record.UserId?.Value,
                    Detail = record.Detail,
                },
                token: cancellationToken
            )
        );

    /// <summary>One connection, no transaction.</summary>
    private Task<T> Read<T>(Func<DataConnection, Task<T>> work) =>
        Guard(async () =>
        {
            await using var db = database.Connect();
            return await work(db);
        });

    /// <summary>A transaction that nobody else's write to these sessions can come between.</summary>
    private Task<T> Write<T>(
        IReadOnlyCollection<string> sessions,
        Func<DataConnection, Task<T>> work,
        CancellationToken cancellationToken
    ) =>
        Guard(async () =>
        {
            await using var db = database.Connect();
            await using var transaction = await db.BeginTransactionAsync(cancellationToken);
            await database.LockSessions(db, sessions, cancellationToken);
            var result = await work(db);
            await transaction.CommitAsync(cancellationToken);
            return result;
        });

    private Task Guard(Func<Task> work) =>
        Guard(async () =>
        {
            await work();
            return true;
        });

    private async Task<T> Guard<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (e is TimeoutException || (e is DbException failure && database.IsOutage(failure)))
        {
            throw new IndexUnavailableException($"{database.Name} does not answer the index.", e);
        }
    }
}
