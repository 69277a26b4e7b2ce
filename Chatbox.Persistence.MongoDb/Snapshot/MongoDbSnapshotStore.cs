using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Snapshot;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Chatbox.Persistence.MongoDb.Snapshot;

/// <summary>
/// Akka's snapshot store in MongoDB. Settings, collection and documents are those of Akka.Persistence.MongoDb. A snapshot is one document
/// and therefore limited to 16 MiB.
/// </summary>
public sealed class MongoDbSnapshotStore : SnapshotStore
{
    private readonly MongoDbStore _store;
    private readonly IMongoCollection<BsonDocument> _snapshots;
    private readonly SnapshotDocuments _documents;

    /// <param name="config">
    /// The plugin's section: <c>akka.persistence.snapshot-store.mongodb</c>, or that of a store under another name.
    /// </param>
    /// <exception cref="ConfigurationException">The connection string or another setting is invalid.</exception>
    public MongoDbSnapshotStore(Config config)
    {
        var settings = MongoDbSettings.OfSnapshotStore(config);
        _store = new MongoDbStore(settings);
        _snapshots = _store.Collection(settings.Collection);
        var system = (ExtendedActorSystem)Context.System;
        _documents = new SnapshotDocuments(system, new StandIn(system, settings.UnreadableSerializer));
    }

    public override async Task<PersistenceHealthCheckResult> CheckHealthAsync(CancellationToken cancellationToken = default)
    {
        var breaker = await base.CheckHealthAsync(cancellationToken);
        return breaker.Status == PersistenceHealthStatus.Healthy ? await _store.CheckHealth(cancellationToken) : breaker;
    }

    protected override async Task<SelectedSnapshot?> LoadAsync(
        string persistenceId,
        SnapshotSelectionCriteria criteria,
        CancellationToken cancellationToken
    )
    {
        await Initialize(cancellationToken);
        var newest = _snapshots
            .Find(SnapshotCriteria.Filter(persistenceId, criteria))
            .Sort(Builders<BsonDocument>.Sort.Descending(SnapshotFields.SequenceNr));
        var document = await _store.Call(stop => newest.FirstOrDefaultAsync(stop), cancellationToken);
        return document is null ? null : _documents.Read(document);
    }

    protected override async Task SaveAsync(SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken)
    {
        // Not serialized on the actor's thread: a large snapshot would delay the recovery of all other actors.
        var document = await Task.Run(() => _documents.Write(metadata, snapshot), cancellationToken);
        await Initialize(cancellationToken);
        var place = Builders<BsonDocument>.Filter.Eq(SnapshotFields.Id, SnapshotDocuments.IdOf(metadata));
        var replace = new ReplaceOptions { IsUpsert = true };
        await _store.Call(stop => _snapshots.ReplaceOneAsync(place, document, replace, stop), cancellationToken);
    }

    protected override async Task DeleteAsync(SnapshotMetadata metadata, CancellationToken cancellationToken)
    {
        await Initialize(cancellationToken);
        await _store.Call(stop => _snapshots.DeleteOneAsync(SnapshotCriteria.Filter(metadata), stop), cancellationToken);
    }

    protected override async Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken)
    {
        await Initialize(cancellationToken);
        var filter = SnapshotCriteria.Filter(persistenceId, criteria);
        await _store.Call(stop => _snapshots.DeleteManyAsync(filter, stop), cancellationToken);
    }

    protected override void PostStop()
    {
        _store.Stop();
        base.PostStop();
    }

    private Task Initialize(CancellationToken cancellationToken) =>
        _store.Initialize(
            stop =>
                _snapshots.Indexes.CreateOneAsync(
                    new CreateIndexModel<BsonDocument>(
                        Builders<BsonDocument>.IndexKeys.Ascending(SnapshotFields.PersistenceId).Descending(SnapshotFields.SequenceNr)
                    ),
                    cancellationToken: stop
                ),
            cancellationToken
        );
}
