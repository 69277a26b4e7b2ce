using MongoDB.Bson;
using MongoDB.Driver;

namespace Chatbox.Persistence.MongoDb.Journal;

/// <summary>The two collections of a journal, with their indexes.</summary>
internal sealed class JournalCollections(MongoDbStore store, MongoDbSettings settings)
{
    private static readonly IndexKeysDefinitionBuilder<BsonDocument> Keys = Builders<BsonDocument>.IndexKeys;

    /// <summary>One document per event.</summary>
    public IMongoCollection<BsonDocument> Events { get; } = store.Collection(settings.Collection);

    /// <summary>One document per persistence id whose last event is deleted.</summary>
    public IMongoCollection<BsonDocument> Metadata { get; } = store.Collection(settings.MetadataCollection);

    /// <summary>Creates what is missing.</summary>
    public async Task CreateIndexes(CancellationToken cancellationToken)
    {
        // Not unique: that the _id of an event says its place is what keeps a second writer out.
        CreateIndexModel<BsonDocument>[] ofEvents =
        [
            new(Keys.Ascending(EventFields.PersistenceId).Descending(EventFields.SequenceNr)),
            new(Keys.Ascending(EventFields.Ordering)),
            new(Keys.Ascending(EventFields.Tags).Ascending(EventFields.Ordering)),
        ];
        await Events.Indexes.CreateManyAsync(ofEvents, cancellationToken);
        await Metadata.Indexes.CreateOneAsync(
            new CreateIndexModel<BsonDocument>(Keys.Ascending(EventFields.PersistenceId)),
            cancellationToken: cancellationToken
        );
    }
}
