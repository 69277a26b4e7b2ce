using Chatbox.Messages;
using Chatbox.Node.Files;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Chatbox.Node.Stores.Index.Mongo;

/// <summary>The end of the records of files.</summary>
internal sealed class MongoFileRemovals(IMongoDatabase database) : IFileRemovals
{
    private static readonly FilterDefinitionBuilder<FileRow> Where = Builders<FileRow>.Filter;
    private static readonly FilterDefinitionBuilder<FileMentionRow> WhereMention = Builders<FileMentionRow>.Filter;

    private readonly MongoIndexAccess _access = new(database);

    /// <summary>A change that makes concurrent transactions of the same file conflict, so that one of them is repeated.</summary>
    public static UpdateDefinition<FileRow> TakeTurn => Builders<FileRow>.Update.Inc("turns", 1L);

    private IMongoCollection<FileRow> Files => _access.Rows.Files;

    private IMongoCollection<FileMentionRow> Mentions => _access.Rows.FileMentions;

    public Task Close(SessionId session, CancellationToken cancellationToken) =>
        _access.Write(
            [session.Value],
            // The same mark with which the index refuses late updates.
            (transaction, token) =>
                _access.Rows.Turns.UpdateOneAsync(
                    transaction,
                    t => t.SessionId == session.Value,
                    Builders<TurnRow>.Update.Set(t => t.Erased, true),
                    cancellationToken: token
                ),
            cancellationToken
        );

    public async Task<MarkedFiles> Release(SessionId session, DateTimeOffset? before, int limit, CancellationToken cancellationToken)
    {
        var ticks = before?.UtcTicks ?? long.MaxValue;
        var mine = WhereMention.Eq(m => m.SessionId, session.Value) & WhereMention.Lt(m => m.At, ticks);
        var named = await MongoIndexAccess.Guard(() =>
            Mentions.Find(mine).SortBy(m => m.FileId).Limit(limit).Project(m => m.FileId).ToListAsync(cancellationToken)
        );
        if (named.Count == 0)
            return new MarkedFiles([], More: false);
        var last = await _access.Write(
            [session.Value],
            async (transaction, token) =>
            {
                await Files.UpdateManyAsync(transaction, Named(named), TakeTurn, cancellationToken: token);
                // A claim of this session may have renewed a mention in the meantime.
                var still = await Mentions
                    .Find(transaction, mine & WhereMention.In(m => m.FileId, named))
                    .Project(m => m.FileId)
                    .ToListAsync(token);
                var others = await Mentions
                    .Find(transaction, WhereMention.In(m => m.FileId, still) & WhereMention.Ne(m => m.SessionId, session.Value))
                    .Project(m => m.FileId)
                    .ToListAsync(token);
                await Mentions.DeleteManyAsync(
                    transaction,
                    WhereMention.Eq(m => m.SessionId, session.Value) & WhereMention.In(m => m.FileId, others),
                    cancellationToken: token
                );
                var unshared = still.Except(others).ToList();
                await Mark(transaction, Named(unshared), token);
                return unshared;
            },
            cancellationToken
        );
        return new MarkedFiles(last.ConvertAll(id => new FileId(id)), named.Count == limit);
    }

    public Task<bool> Mark(FileId file, bool evenIfMentioned, CancellationToken cancellationToken) =>
        _access.Transact(
            async (transaction, token) =>
            {
                var kept = evenIfMentioned ? Where.Empty : Where.Ne(f => f.State, FileRow.Mentioned);
                return await Mark(transaction, Named([file.Value]) & kept, token) > 0;
            },
            cancellationToken
        );

    public Task<bool> MarkUnwritten(FileId file, CancellationToken cancellationToken) =>
        _access.Transact(
            async (transaction, token) =>
                await Mark(transaction, Named([file.Value]) & Where.In(f => f.State, [FileRow.Writing, FileRow.Removing]), token) > 0,
            cancellationToken
        );

    public async Task<IReadOnlyList<FileId>> MarkUnsent(UserId owner, int limit, CancellationToken cancellationToken)
    {
        var unsent = Where.Eq(f => f.State, FileRow.Unsent);
        var mine = Where.Eq(f => f.UserId, owner.Value) & Where.In(f => f.State, [FileRow.Unsent, FileRow.Removing]);
        var found = await MongoIndexAccess.Guard(() => Files.Find(mine).Limit(limit).Project(f => f.FileId).ToListAsync(cancellationToken));
        return await Mark(found, unsent, now: null, cancellationToken);
    }

    public async Task<IReadOnlyList<FileId>> MarkUnused(
        DateTimeOffset now,
        DateTimeOffset writtenBefore,
        DateTimeOffset unsentBefore,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var written = InState(FileRow.Writing, writtenBefore.UtcTicks);
        var unsent = InState(FileRow.Unsent, unsentBefore.UtcTicks);
        var found = await MongoIndexAccess.Guard(async () =>
        {
            var ids = new List<string>();
            foreach (var state in new[] { written, unsent, InState(FileRow.Removing, long.MaxValue) })
                if (ids.Count < limit)
                    ids.AddRange(
                        await Files
                            .Find(state)
                            .SortBy(f => f.At)
                            .Limit(limit - ids.Count)
                            .Project(f => f.FileId)
                            .ToListAsync(cancellationToken)
                    );
            return ids;
        });
        return await Mark(found, written | unsent, now, cancellationToken);
    }

    public Task Forget(FileId file, CancellationToken cancellationToken) =>
        _access.Transact(
            async (transaction, token) =>
            {
                await Files.UpdateManyAsync(transaction, Named([file.Value]), TakeTurn, cancellationToken: token);
                if (await Files.Find(transaction, Named([file.Value]) & Where.Ne(f => f.State, FileRow.Removing)).AnyAsync(token))
                    return false;
                await Mentions.DeleteManyAsync(transaction, m => m.FileId == file.Value, cancellationToken: token);
                return (await Files.DeleteManyAsync(transaction, Named([file.Value]), cancellationToken: token)).DeletedCount > 0;
            },
            cancellationToken
        );

    public Task<IReadOnlyList<DoubtfulSession>> Doubtful(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        MongoIndexAccess.Guard(async () =>
        {
            var mentions = await Mentions
                .Find(WhereMention.Eq(m => m.Confirmed, false) & WhereMention.Lt(m => m.At, before.UtcTicks))
                .SortBy(m => m.At)
                .Limit(limit)
                .ToListAsync(cancellationToken);
            var sessions = mentions.Select(m => m.SessionId).Distinct().ToList();
            var known = await _access
                .Rows.Sessions.Find(Builders<SessionRow>.Filter.In(s => s.SessionId, sessions))
                .Project(s => s.SessionId)
                .ToListAsync(cancellationToken);
            await Mentions.UpdateManyAsync(
                WhereMention.In(m => m.SessionId, known),
                Builders<FileMentionRow>.Update.Set(m => m.Confirmed, true),
                cancellationToken: cancellationToken
            );
            var doubtful = mentions.Where(m => !known.Contains(m.SessionId)).DistinctBy(m => m.SessionId).ToList();
            var files = await Files.Find(Named(doubtful.Select(m => m.FileId))).ToListAsync(cancellationToken);
            var owners = files.ToDictionary(f => f.FileId, f => new UserId(f.UserId));
            return (IReadOnlyList<DoubtfulSession>)
                [
                    .. doubtful
                        .Where(m => owners.ContainsKey(m.FileId))
                        .Select(m => new DoubtfulSession(new SessionId(m.SessionId), owners[m.FileId])),
                ];
        });

    public Task Confirm(SessionId session, CancellationToken cancellationToken) =>
        MongoIndexAccess.Guard(() =>
            Mentions.UpdateManyAsync(
                m => m.SessionId == session.Value,
                Builders<FileMentionRow>.Update.Set(m => m.Confirmed, true),
                cancellationToken: cancellationToken
            )
        );

    public Task<IReadOnlyList<SessionId>> ErasedWithFiles(int limit, CancellationToken cancellationToken) =>
        MongoIndexAccess.Guard(async () =>
        {
            var found = await Mentions
                .Aggregate()
                .AppendStage<BsonDocument>(new BsonDocument("$group", new BsonDocument("_id", "$session_id")))
                .AppendStage<BsonDocument>(new BsonDocument("$lookup", TurnOfSession))
                .AppendStage<BsonDocument>(new BsonDocument("$match", new BsonDocument("turn.erased", true)))
                .Limit(limit)
                .ToListAsync(cancellationToken);
            return (IReadOnlyList<SessionId>)found.ConvertAll(row => new SessionId(row["_id"].AsString));
        });

    public Task<IReadOnlySet<FileId>> Known(IReadOnlyCollection<FileId> files, CancellationToken cancellationToken) =>
        MongoIndexAccess.Guard(async () =>
        {
            var known = await Files.Find(Named(files.Select(file => file.Value))).Project(f => f.FileId).ToListAsync(cancellationToken);
            return (IReadOnlySet<FileId>)known.Select(id => new FileId(id)).ToHashSet();
        });

    private BsonDocument TurnOfSession =>
        new()
        {
            ["from"] = _access.Rows.Turns.CollectionNamespace.CollectionName,
            ["localField"] = "_id",
            ["foreignField"] = "_id",
            ["as"] = "turn",
        };

    private static FilterDefinition<FileRow> Named(IEnumerable<string> files) => Where.In(f => f.FileId, files);

    private static FilterDefinition<FileRow> InState(string state, long before) =>
        Where.Eq(f => f.State, state) & Where.Lt(f => f.At, before);

    /// <summary>Marks those of the files that still meet the condition, and returns all of them that are marked now.</summary>
    /// <param name="now">The new place of the files in the order of their removals; null to keep the place.</param>
    private Task<IReadOnlyList<FileId>> Mark(
        List<string> files,
        FilterDefinition<FileRow> condition,
        DateTimeOffset? now,
        CancellationToken cancellationToken
    ) =>
        _access.Transact(
            async (transaction, token) =>
            {
                await Mark(transaction, Named(files) & condition, token);
                var removing = Named(files) & Where.Eq(f => f.State, FileRow.Removing);
                if (now is { } tried)
                    await Files.UpdateManyAsync(transaction, removing, TakeTurn.Set(f => f.At, tried.UtcTicks), cancellationToken: token);
                var marked = await Files.Find(transaction, removing).Project(f => f.FileId).ToListAsync(token);
                return (IReadOnlyList<FileId>)marked.ConvertAll(id => new FileId(id));
            },
            cancellationToken
        );

    private async Task<long> Mark(IClientSessionHandle transaction, FilterDefinition<FileRow> files, CancellationToken cancellationToken)
    {
        var marked = await Files.UpdateManyAsync(
            transaction,
            files,
            TakeTurn.Set(f => f.State, FileRow.Removing),
            cancellationToken: cancellationToken
        );
        return marked.MatchedCount;
    }
}
