using Chatbox.Actors.Index;
using MongoDB.Driver;

namespace Chatbox.Node.Stores.Index.Mongo;

/// <summary>How updates become documents.</summary>
internal sealed partial class MongoSessionIndex
{
    public async Task Apply(IReadOnlyList<SessionUpdate> updates, CancellationToken cancellationToken)
    {
        if (updates.Count == 0)
            return;
        // Sealing and hashing first: a transaction should be short.
        var prepared = updates.Select(update => PreparedUpdate.From(update, _columns, cipher)).ToList();
        var ids = updates.Select(update => update.Summary.SessionId.Value).Distinct().ToList();
        await Write(
            ids,
            async (transaction, stop) =>
            {
                var erased = await _rows
                    .Turns.Find(
                        transaction,
                        Builders<TurnRow>.Filter.In(t => t.SessionId, ids) & Builders<TurnRow>.Filter.Eq(t => t.Erased, true)
                    )
                    .ToListAsync(stop);
                var stored = await _rows
                    .Sessions.Find(transaction, Builders<SessionRow>.Filter.In(s => s.SessionId, ids))
                    .ToListAsync(stop);
                return await Apply(
                    transaction,
                    prepared,
                    [.. erased.Select(turn => turn.SessionId)],
                    stored.ToDictionary(row => row.SessionId),
                    stop
                );
            },
            cancellationToken
        );
    }

    private async Task<bool> Apply(
        IClientSessionHandle transaction,
        IEnumerable<PreparedUpdate> updates,
        IReadOnlyList<string> erased,
        Dictionary<string, SessionRow> stored,
        CancellationToken stop
    )
    {
        var changed = new Dictionary<string, PreparedUpdate>();
        var news = new List<PreparedUpdate>();
        var intervals = new List<WriteModel<IntervalRow>>();
        foreach (var update in updates)
        {
            var row = update.Session;
            var current = changed.GetValueOrDefault(row.SessionId)?.Session ?? stored.GetValueOrDefault(row.SessionId);
            if (erased.Contains(row.SessionId) || current?.Seq >= row.Seq)
                continue;
            intervals.AddRange(IntervalsBetween(current, row));
            changed[row.SessionId] = update;
            news.Add(update);
        }

        var renamed = changed
            .Values.Where(update =>
                stored.GetValueOrDefault(update.Session.SessionId) is not { } row || !_reader.IsSameName(row, update.Session)
            )
            .ToList();
        var formerNames = renamed.Select(update => update.Session.SessionId).Where(stored.ContainsKey).ToList();
        if (formerNames.Count > 0)
            await _rows.Words.DeleteManyAsync(
                transaction,
                Builders<WordRow>.Filter.In(w => w.SessionId, formerNames) & Builders<WordRow>.Filter.Eq(w => w.InName, true),
                cancellationToken: stop
            );
        await Run(_rows.Sessions, changed.Values.Select(update => Replace(update.Session)), transaction, stop);
        await Run(_rows.Intervals, intervals, transaction, stop);
        await Run(_rows.Messages, news.SelectMany(update => update.Messages).Select(KeepExisting), transaction, stop);
        await Run(
            _rows.Words,
            news.SelectMany(update => update.Words).Concat(renamed.SelectMany(update => update.NameWords)).Select(KeepExisting),
            transaction,
            stop
        );
        await Run(_rows.Messages, news.Where(update => update.Superseded.Count > 0).Select(Supersede), transaction, stop);
        return true;
    }

    private static async Task Run<T>(
        IMongoCollection<T> rows,
        IEnumerable<WriteModel<T>> writes,
        IClientSessionHandle transaction,
        CancellationToken stop
    )
    {
        var list = writes.ToList();
        if (list.Count > 0)
            await rows.BulkWriteAsync(transaction, list, cancellationToken: stop);
    }

    private static ReplaceOneModel<SessionRow> Replace(SessionRow row) =>
        new(Builders<SessionRow>.Filter.Eq(s => s.SessionId, row.SessionId), row) { IsUpsert = true };

    /// <summary>What is already there stays as it is: an update may bring messages that an earlier one has brought.</summary>
    private static UpdateOneModel<MessageRow> KeepExisting(MessageRow row)
    {
        var insert = Builders<MessageRow>
            .Update.SetOnInsert(m => m.MessageId, row.MessageId)
            .SetOnInsert(m => m.Type, row.Type)
            .SetOnInsert(m => m.Sender, row.Sender)
            .SetOnInsert(m => m.Body, row.Body)
            .SetOnInsert(m => m.SentAt, row.SentAt)
            .SetOnInsert(m => m.Tokens, row.Tokens)
            .SetOnInsert(m => m.ResponseTime, row.ResponseTime)
            .SetOnInsert(m => m.Superseded, row.Superseded);
        var place = Builders<MessageRow>.Filter;
        return new(place.Eq(m => m.SessionId, row.SessionId) & place.Eq(m => m.Seq, row.Seq), insert) { IsUpsert = true };
    }

    private static UpdateOneModel<WordRow> KeepExisting(WordRow row)
    {
        var place = Builders<WordRow>.Filter;
        return new(
            place.Eq(w => w.UserId, row.UserId)
                & place.Eq(w => w.Word, row.Word)
                & place.Eq(w => w.SessionId, row.SessionId)
                & place.Eq(w => w.InName, row.InName),
            // Says nothing new: all of a word is its place.
            Builders<WordRow>.Update.SetOnInsert(w => w.InName, row.InName)
        )
        {
            IsUpsert = true,
        };
    }

    private static UpdateManyModel<MessageRow> Supersede(PreparedUpdate update) =>
        new(
            Builders<MessageRow>.Filter.Eq(m => m.SessionId, update.Session.SessionId)
                & Builders<MessageRow>.Filter.In(m => m.MessageId, update.Superseded),
            Builders<MessageRow>.Update.Set(m => m.Superseded, true)
        );

    /// <summary>The time in which a session is active, from what its rows say before and after; as in SQL.</summary>
    private static IEnumerable<WriteModel<IntervalRow>> IntervalsBetween(SessionRow? before, SessionRow after)
    {
        if (before?.EndTime == after.EndTime)
            yield break;
        var interval = Builders<IntervalRow>.Filter;
        var mine = interval.Eq(i => i.SessionId, after.SessionId);
        var ended = Builders<IntervalRow>.Update.Set(i => i.Ended, after.EndTime);
        if (before is null || (before.EndTime != IndexTime.Never && after.EndTime == IndexTime.Never))
        {
            var started = before is null ? after.StartTime : Math.Max(after.LastActivity, before.EndTime);
            yield return new UpdateOneModel<IntervalRow>(mine & interval.Eq(i => i.Started, started), ended) { IsUpsert = true };
        }
        else
        {
            yield return new UpdateManyModel<IntervalRow>(mine & interval.Eq(i => i.Ended, before.EndTime), ended);
        }
    }
}
