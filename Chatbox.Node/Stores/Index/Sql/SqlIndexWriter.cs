using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Chatbox.Messages;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>Writes updates of sessions, and removes erased sessions.</summary>
internal sealed class SqlIndexWriter(SqlIndexAccess access, IContentCipher cipher)
{
    /// <summary>Existing rows stay as they are: an update may repeat messages of an earlier update.</summary>
    private static readonly BulkCopyOptions KeepExisting = new()
    {
        BulkCopyType = BulkCopyType.MultipleRows,
        ConflictAction = ConflictAction.Ignore,
        UseParameters = true,
    };

    private readonly SealedColumns _columns = new(cipher);
    private readonly IndexRowReader _reader = new(new SealedColumns(cipher));

    public async Task Apply(IReadOnlyList<SessionUpdate> updates, CancellationToken cancellationToken)
    {
        if (updates.Count == 0)
            return;
        // Encryption and hashing come before the transaction: SQLite has one write lock, and the journal waits for that lock.
        var prepared = updates.Select(update => PreparedUpdate.From(update, _columns, cipher)).ToList();
        var ids = updates.Select(update => update.Summary.SessionId.Value).Distinct().ToList();
        await access.Write(
            ids,
            async db =>
            {
                var erased = await db.GetTable<ErasedRow>()
                    .Where(e => ids.Contains(e.SessionId))
                    .Select(e => e.SessionId)
                    .ToListAsync(cancellationToken);
                var stored = await db.GetTable<SessionRow>()
                    .Where(s => ids.Contains(s.SessionId))
                    .ToDictionaryAsync(s => s.SessionId, cancellationToken);
                await Write(db, UpdateBatch.Of(prepared, erased, stored, _reader), stored, cancellationToken);
                return true;
            },
            cancellationToken
        );
    }

    public async Task Erase(SessionId session, CancellationToken cancellationToken)
    {
        await access.Write(
            [session.Value],
            async db =>
            {
                // The tombstone is part of the transaction: a late update would otherwise bring rows back that nobody deletes.
                if (!await db.GetTable<ErasedRow>().AnyAsync(e => e.SessionId == session.Value, cancellationToken))
                    await db.InsertAsync(new ErasedRow { SessionId = session.Value }, token: cancellationToken);
                await db.GetTable<MessageRow>().DeleteAsync(m => m.SessionId == session.Value, cancellationToken);
                await db.GetTable<WordRow>().DeleteAsync(w => w.SessionId == session.Value, cancellationToken);
                await db.GetTable<ShareRow>().DeleteAsync(s => s.SessionId == session.Value, cancellationToken);
                await db.GetTable<IntervalRow>().DeleteAsync(i => i.SessionId == session.Value, cancellationToken);
                await db.GetTable<RatingRow>().DeleteAsync(r => r.SessionId == session.Value, cancellationToken);
                return await db.GetTable<SessionRow>().DeleteAsync(s => s.SessionId == session.Value, cancellationToken);
            },
            cancellationToken
        );
        await access.Guard(async () =>
        {
            await using var db = access.Database.Connect();
            await access.Database.Scrub(db, cancellationToken);
        });
    }

    private static async Task Write(
        DataConnection db,
        UpdateBatch batch,
        Dictionary<string, SessionRow> stored,
        CancellationToken cancellationToken
    )
    {
        foreach (var interval in batch.Intervals)
            await Write(db, interval, cancellationToken);
        foreach (var session in batch.Renamed.Select(update => update.Session.SessionId).Where(stored.ContainsKey))
            await db.GetTable<WordRow>().DeleteAsync(w => w.SessionId == session && w.InName, cancellationToken);
        foreach (var row in batch.Latest.Select(update => update.Session).Where(row => stored.ContainsKey(row.SessionId)))
            await db.UpdateAsync(row, token: cancellationToken);
        await Insert(db, batch.Latest.Select(update => update.Session).Where(row => !stored.ContainsKey(row.SessionId)), cancellationToken);
        await Insert(db, batch.Applied.SelectMany(update => update.Messages), cancellationToken);
        await Insert(db, batch.Applied.SelectMany(update => update.Errors), cancellationToken);
        await Insert(
            db,
            batch.Applied.SelectMany(update => update.Words).Concat(batch.Renamed.SelectMany(update => update.NameWords)),
            cancellationToken
        );
        foreach (var rating in batch.Applied.SelectMany(update => update.Ratings))
            await db.InsertOrReplaceAsync(rating, token: cancellationToken);
        foreach (var update in batch.Applied.Where(update => update.Superseded.Count > 0))
            await db.GetTable<MessageRow>()
                .Where(m => m.SessionId == update.Session.SessionId && update.Superseded.Contains(m.MessageId))
                .Set(m => m.Superseded, true)
                .UpdateAsync(cancellationToken);
    }

    private static Task Write(DataConnection db, IntervalChange change, CancellationToken cancellationToken) =>
        change switch
        {
            IntervalChange.Begin begin => db.InsertOrReplaceAsync(
                new IntervalRow
                {
                    SessionId = begin.SessionId,
                    Started = begin.Started,
                    Ended = begin.Ended,
                },
                token: cancellationToken
            ),
            IntervalChange.Move move => db.GetTable<IntervalRow>()
                .Where(i => i.SessionId == move.SessionId && i.Ended == move.From)
                .Set(i => i.Ended, move.To)
                .UpdateAsync(cancellationToken),
            _ => throw new InvalidOperationException($"The index cannot write {change}."),
        };

    private static async Task Insert<T>(DataConnection db, IEnumerable<T> rows, CancellationToken cancellationToken)
        where T : class
    {
        var list = rows.ToList();
        if (list.Count > 0)
            await db.GetTable<T>().BulkCopyAsync(KeepExisting, list, cancellationToken);
    }
}
