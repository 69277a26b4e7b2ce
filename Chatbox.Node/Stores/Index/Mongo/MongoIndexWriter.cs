using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Chatbox.Messages;
using MongoDB.Driver;

namespace Chatbox.Node.Stores.Index.Mongo;

/// <summary>Writes updates of sessions, and removes erased sessions.</summary>
internal sealed class MongoIndexWriter(MongoIndexAccess access, IContentCipher cipher)
{
    private readonly MongoIndexCollections _rows = access.Rows;
    private readonly SealedColumns _columns = new(cipher);
    private readonly IndexRowReader _reader = new(new SealedColumns(cipher));

    public async Task Apply(IReadOnlyList<SessionUpdate> updates, CancellationToken cancellationToken)
    {
        if (updates.Count == 0)
            return;
        // Encryption and hashing come before the transaction, which should be short.
        var prepared = updates.Select(update => PreparedUpdate.From(update, _columns, cipher)).ToList();
        var ids = updates.Select(update => update.Summary.SessionId.Value).Distinct().ToList();
        await access.Write(
            ids,
            async (transaction, token) =>
            {
                var erased = await _rows
                    .Turns.Find(
                        transaction,
                        Builders<TurnRow>.Filter.In(t => t.SessionId, ids) & Builders<TurnRow>.Filter.Eq(t => t.Erased, true)
                    )
                    .ToListAsync(token);
                var found = await _rows
                    .Sessions.Find(transaction, Builders<SessionRow>.Filter.In(s => s.SessionId, ids))
                    .ToListAsync(token);
                var stored = found.ToDictionary(row => row.SessionId);
                var batch = UpdateBatch.Of(prepared, [.. erased.Select(turn => turn.SessionId)], stored, _reader);
                await Write(transaction, batch, stored, token);
                return true;
            },
            cancellationToken
        );
    }

    /// <remarks>
    /// From the transaction on nobody finds the session, and no update brings anything back. The content is deleted after the transaction:
    /// transactions end after a minute, which the documents of a long conversation might exceed at each attempt.
    /// </remarks>
    public async Task Erase(SessionId session, CancellationToken cancellationToken)
    {
        await access.Write(
            [session.Value],
            async (transaction, token) =>
            {
                var erased = Builders<TurnRow>.Update.Set(t => t.Erased, true);
                await _rows.Turns.UpdateOneAsync(transaction, t => t.SessionId == session.Value, erased, cancellationToken: token);
                await _rows.Shares.DeleteManyAsync(transaction, s => s.SessionId == session.Value, cancellationToken: token);
                return await _rows.Sessions.DeleteManyAsync(transaction, s => s.SessionId == session.Value, cancellationToken: token);
            },
            cancellationToken
        );
        await MongoIndexAccess.Guard(async () =>
        {
            await _rows.Words.DeleteManyAsync(w => w.SessionId == session.Value, cancellationToken);
            await _rows.Ratings.DeleteManyAsync(r => r.SessionId == session.Value, cancellationToken);
            await _rows.Intervals.DeleteManyAsync(i => i.SessionId == session.Value, cancellationToken);
            await _rows.AnswerErrors.DeleteManyAsync(e => e.SessionId == session.Value, cancellationToken);
            await _rows.Messages.DeleteManyAsync(m => m.SessionId == session.Value, cancellationToken);
        });
    }

    private async Task Write(
        IClientSessionHandle transaction,
        UpdateBatch batch,
        Dictionary<string, SessionRow> stored,
        CancellationToken cancellationToken
    )
    {
        var formerNames = batch.Renamed.Select(update => update.Session.SessionId).Where(stored.ContainsKey).ToList();
        if (formerNames.Count > 0)
            await _rows.Words.DeleteManyAsync(
                transaction,
                Builders<WordRow>.Filter.In(w => w.SessionId, formerNames) & Builders<WordRow>.Filter.Eq(w => w.InName, true),
                cancellationToken: cancellationToken
            );
        await Run(_rows.Sessions, batch.Latest.Select(update => Replace(update.Session)), transaction, cancellationToken);
        await Run(_rows.Intervals, batch.Intervals.Select(Write), transaction, cancellationToken);
        await Run(_rows.Messages, batch.Applied.SelectMany(u => u.Messages).Select(KeepExisting), transaction, cancellationToken);
        await Run(_rows.AnswerErrors, batch.Applied.SelectMany(u => u.Errors).Select(KeepExisting), transaction, cancellationToken);
        await Run(
            _rows.Words,
            batch.Applied.SelectMany(u => u.Words).Concat(batch.Renamed.SelectMany(u => u.NameWords)).Select(KeepExisting),
            transaction,
            cancellationToken
        );
        await Run(_rows.Ratings, batch.Applied.SelectMany(u => u.Ratings).Select(Replace), transaction, cancellationToken);
        await Run(_rows.Messages, batch.Applied.Where(u => u.Superseded.Count > 0).Select(Supersede), transaction, cancellationToken);
    }

    private static async Task Run<T>(
        IMongoCollection<T> rows,
        IEnumerable<WriteModel<T>> writes,
        IClientSessionHandle transaction,
        CancellationToken cancellationToken
    )
    {
        var list = writes.ToList();
        if (list.Count > 0)
            await rows.BulkWriteAsync(transaction, list, cancellationToken: cancellationToken);
    }

    private static ReplaceOneModel<SessionRow> Replace(SessionRow row) =>
        new(Builders<SessionRow>.Filter.Eq(s => s.SessionId, row.SessionId), row) { IsUpsert = true };

    private static UpdateOneModel<RatingRow> Replace(RatingRow row)
    {
        var place = Builders<RatingRow>.Filter;
        return new(
            place.Eq(r => r.SessionId, row.SessionId) & place.Eq(r => r.MessageId, row.MessageId),
            Builders<RatingRow>
                .Update.Set(r => r.UserId, row.UserId)
                .Set(r => r.Seq, row.Seq)
                .Set(r => r.Vote, row.Vote)
                .Set(r => r.Comment, row.Comment)
                .Set(r => r.At, row.At)
        )
        {
            IsUpsert = true,
        };
    }

    /// <summary>Existing documents stay as they are: an update may repeat messages of an earlier update.</summary>
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

    private static UpdateOneModel<AnswerErrorRow> KeepExisting(AnswerErrorRow row)
    {
        var place = Builders<AnswerErrorRow>.Filter;
        return new(
            place.Eq(e => e.SessionId, row.SessionId) & place.Eq(e => e.Seq, row.Seq),
            Builders<AnswerErrorRow>.Update.SetOnInsert(e => e.ModelId, row.ModelId).SetOnInsert(e => e.At, row.At)
        )
        {
            IsUpsert = true,
        };
    }

    private static UpdateOneModel<WordRow> KeepExisting(WordRow row)
    {
        var place = Builders<WordRow>.Filter;
        return new(
            place.Eq(w => w.UserId, row.UserId)
                & place.Eq(w => w.Word, row.Word)
                & place.Eq(w => w.SessionId, row.SessionId)
                & place.Eq(w => w.InName, row.InName),
            // Adds nothing: the filter already names every field of a word. MongoDB requires some update.
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

    private static WriteModel<IntervalRow> Write(IntervalChange change)
    {
        var interval = Builders<IntervalRow>.Filter;
        var mine = interval.Eq(i => i.SessionId, change.SessionId);
        return change switch
        {
            IntervalChange.Begin begin => new UpdateOneModel<IntervalRow>(
                mine & interval.Eq(i => i.Started, begin.Started),
                Builders<IntervalRow>.Update.Set(i => i.Ended, begin.Ended)
            )
            {
                IsUpsert = true,
            },
            IntervalChange.Move move => new UpdateManyModel<IntervalRow>(
                mine & interval.Eq(i => i.Ended, move.From),
                Builders<IntervalRow>.Update.Set(i => i.Ended, move.To)
            ),
            _ => throw new InvalidOperationException($"The index cannot write {change}."),
        };
    }
}
