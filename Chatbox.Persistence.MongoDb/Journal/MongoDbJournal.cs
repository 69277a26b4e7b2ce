using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Journal;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Chatbox.Persistence.MongoDb.Journal;

/// <summary>
/// Akka's journal in MongoDB. Settings, collections and documents are those of Akka.Persistence.MongoDb. Deleted events are removed
/// physically.
/// </summary>
public sealed class MongoDbJournal : AsyncWriteJournal
{
    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;

    private readonly MongoDbStore _store;
    private readonly JournalCollections _collections;
    private readonly EventWriter _writer;
    private readonly EventDocuments _documents;

    /// <param name="config">The plugin's section: <c>akka.persistence.journal.mongodb</c>, or that of a journal under another name.</param>
    /// <exception cref="ConfigurationException">The connection string or another setting is invalid.</exception>
    public MongoDbJournal(Config config)
    {
        var settings = MongoDbSettings.OfJournal(config);
        _store = new MongoDbStore(settings);
        _collections = new JournalCollections(_store, settings);
        var system = (ExtendedActorSystem)Context.System;
        _documents = new EventDocuments(system, new StandIn(system, settings.UnreadableSerializer));
        _writer = new EventWriter(_store, _collections.Events, settings.UseWriteTransaction);
    }

    public override async Task<PersistenceHealthCheckResult> CheckHealthAsync(CancellationToken cancellationToken = default)
    {
        var breaker = await base.CheckHealthAsync(cancellationToken);
        return breaker.Status == PersistenceHealthStatus.Healthy ? await _store.CheckHealth(cancellationToken) : breaker;
    }

    public override async Task<long> ReadHighestSequenceNrAsync(
        string persistenceId,
        long fromSequenceNr,
        CancellationToken cancellationToken
    )
    {
        await Initialize(cancellationToken);
        // An actor that restarts may read while the last write of its previous incarnation is still pending.
        await _writer.Settled(persistenceId);
        return await HighestSequenceNr(persistenceId, cancellationToken);
    }

    public override async Task ReplayMessagesAsync(
        IActorContext context,
        string persistenceId,
        long fromSequenceNr,
        long toSequenceNr,
        long max,
        Action<IPersistentRepresentation> recoveryCallback
    )
    {
        if (max <= 0)
            return;
        await Initialize(CancellationToken.None);
        var events = _collections
            .Events.Find(
                Where.Eq(EventFields.PersistenceId, persistenceId)
                    & Where.Gte(EventFields.SequenceNr, fromSequenceNr)
                    & Where.Lte(EventFields.SequenceNr, toSequenceNr)
            )
            .Sort(Builders<BsonDocument>.Sort.Ascending(EventFields.SequenceNr))
            .Limit(max < int.MaxValue ? (int)max : null);
        using var batches = await _store.Call(stop => events.ToCursorAsync(stop), CancellationToken.None);
        // The deadline applies to each batch, because reading a long log takes long without any failure.
        while (await _store.Call(batches.MoveNextAsync, CancellationToken.None))
        {
            foreach (var document in batches.Current)
                recoveryCallback(_documents.Read(document));
        }
    }

    // One batch contains the writes of one actor.
    protected override async Task<IImmutableList<Exception?>> WriteMessagesAsync(
        IEnumerable<AtomicWrite> messages,
        CancellationToken cancellationToken
    )
    {
        var writes = messages.Select(message => EventWrite.Prepare(message, _documents)).ToList();
        await Initialize(cancellationToken);
        return await _writer.Write(writes, cancellationToken);
    }

    protected override async Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken)
    {
        await Initialize(cancellationToken);
        var highest = await HighestSequenceNr(persistenceId, cancellationToken);
        // Written before the events are deleted, so that a crash between the two does not restart the sequence numbers.
        if (highest > 0 && highest <= toSequenceNr)
            await RememberHighest(persistenceId, highest, cancellationToken);
        var deleted = Where.Eq(EventFields.PersistenceId, persistenceId) & Where.Lte(EventFields.SequenceNr, toSequenceNr);
        await _store.Call(stop => _collections.Events.DeleteManyAsync(deleted, stop), cancellationToken);
    }

    protected override void PostStop()
    {
        _store.Stop();
        base.PostStop();
    }

    private Task Initialize(CancellationToken cancellationToken) => _store.Initialize(_collections.CreateIndexes, cancellationToken);

    private async Task<long> HighestSequenceNr(string persistenceId, CancellationToken cancellationToken)
    {
        var mine = Where.Eq(EventFields.PersistenceId, persistenceId);
        var number = Builders<BsonDocument>.Projection.Include(EventFields.SequenceNr).Exclude(EventFields.Id);
        // Events are read first, because a deletion writes the number before it removes the events.
        var last = await _store.Call(
            stop =>
                _collections
                    .Events.Find(mine)
                    .Sort(Builders<BsonDocument>.Sort.Descending(EventFields.SequenceNr))
                    .Project(number)
                    .FirstOrDefaultAsync(stop),
            cancellationToken
        );
        var deleted = await _store.Call(
            stop => _collections.Metadata.Find(mine).Project(number).FirstOrDefaultAsync(stop),
            cancellationToken
        );
        return Math.Max(NumberIn(last), NumberIn(deleted));
    }

    private Task RememberHighest(string persistenceId, long highest, CancellationToken cancellationToken)
    {
        var update = Builders<BsonDocument>
            .Update.Max(EventFields.SequenceNr, highest)
            .SetOnInsert(EventFields.PersistenceId, persistenceId);
        return _store.Call(
            stop =>
                _collections.Metadata.UpdateOneAsync(
                    Where.Eq(EventFields.Id, persistenceId),
                    update,
                    new UpdateOptions { IsUpsert = true },
                    stop
                ),
            cancellationToken
        );
    }

    private static long NumberIn(BsonDocument? document) => document?[EventFields.SequenceNr].ToInt64() ?? 0;
}
