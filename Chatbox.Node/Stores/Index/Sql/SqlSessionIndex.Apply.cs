using Chatbox.Actors.Index;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>How updates become rows.</summary>
internal sealed partial class SqlSessionIndex
{
    /// <summary>What is already there stays as it is: an update may bring messages that an earlier one has brought.</summary>
    private static readonly BulkCopyOptions KeepExisting = new()
    {
        BulkCopyType = BulkCopyType.MultipleRows,
        ConflictAction = ConflictAction.Ignore,
        UseParameters = true,
    };

    public async Task Apply(IReadOnlyList<SessionUpdate> updates, CancellationToken cancellationToken)
    {
        if (updates.Count == 0)
            return;
        // Sealing and hashing first: SQLite has one write lock, and the journal waits for it.
        var prepared = updates.Select(update => PreparedUpdate.From(update, _columns, cipher)).ToList();
        var ids = updates.Select(update => update.Summary.SessionId.Value).Distinct().ToList();
        await Write(
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
                return await Apply(db, prepared, erased, stored, cancellationToken);
            },
            cancellationToken
        );
    }

    private async Task<bool> Apply(
        DataConnection db,
        IEnumerable<PreparedUpdate> updates,
        IReadOnlyList<string> erased,
        Dictionary<string, SessionRow> stored,
        CancellationToken cancellationToken
    )
    {
        var changed = new Dictionary<string, PreparedUpdate>();
        var news = new List<PreparedUpdate>();
        foreach (var update in updates)
        {
            var row = update.Session;
            var current = changed.GetValueOrDefault(row.SessionId)?.Session ?? stored.GetValueOrDefault(row.SessionId);
            if (erased.Contains(row.SessionId) || current?.Seq >= row.Seq)
                continue;
            await WriteInterval(db, current, row, cancellationToken);
            changed[row.SessionId] = update;
            news.Add(update);
        }

        var names = new List<WordRow>();
        foreach (var (session, update) in changed)
            names.AddRange(await ReplaceName(db, stored.GetValueOrDefault(session), update, cancellationToken));
        foreach (var update in changed.Values.Where(update => stored.ContainsKey(update.Session.SessionId)))
            await db.UpdateAsync(update.Session, token: cancellationToken);
        await Insert(
            db,
            changed.Values.Select(update => update.Session).Where(row => !stored.ContainsKey(row.SessionId)),
            cancellationToken
        );
        await Insert(db, news.SelectMany(update => update.Messages), cancellationToken);
        await Insert(db, news.SelectMany(update => update.Words).Concat(names), cancellationToken);
        foreach (var update in news.Where(update => update.Superseded.Count > 0))
            await db.GetTable<MessageRow>()
                .Where(m => m.SessionId == update.Session.SessionId && update.Superseded.Contains(m.MessageId))
                .Set(m => m.Superseded, true)
                .UpdateAsync(cancellationToken);
        return true;
    }

    /// <summary>Takes the words of an earlier name away; gives those that are to be written.</summary>
    private async Task<IReadOnlyList<WordRow>> ReplaceName(
        DataConnection db,
        SessionRow? stored,
        PreparedUpdate update,
        CancellationToken cancellationToken
    )
    {
        if (stored is null)
            return update.NameWords;
        if (_rows.IsSameName(stored, update.Session))
            return [];
        await db.GetTable<WordRow>().DeleteAsync(w => w.SessionId == stored.SessionId && w.InName, cancellationToken);
        return update.NameWords;
    }

    private static async Task Insert<T>(DataConnection db, IEnumerable<T> rows, CancellationToken cancellationToken)
        where T : class
    {
        var list = rows.ToList();
        if (list.Count > 0)
            await db.GetTable<T>().BulkCopyAsync(KeepExisting, list, cancellationToken);
    }

    /// <summary>
    /// The time in which a session is active, from what its rows say before and after. Updates tell how a session stands, not each step:
    /// one that was reopened and ended again between two of them counts as active all that time.
    /// </summary>
    private static async Task WriteInterval(DataConnection db, SessionRow? before, SessionRow after, CancellationToken cancellationToken)
    {
        if (before?.EndTime == after.EndTime)
            return;
        if (before is null || (before.EndTime != IndexTime.Never && after.EndTime == IndexTime.Never))
        {
            var started = before is null ? after.StartTime : Math.Max(after.LastActivity, before.EndTime);
            await db.InsertOrReplaceAsync(
                new IntervalRow
                {
                    SessionId = after.SessionId,
                    Started = started,
                    Ended = after.EndTime,
                },
                token: cancellationToken
            );
            return;
        }

        await db.GetTable<IntervalRow>()
            .Where(i => i.SessionId == after.SessionId && i.Ended == before.EndTime)
            .Set(i => i.Ended, after.EndTime)
            .UpdateAsync(cancellationToken);
    }
}
