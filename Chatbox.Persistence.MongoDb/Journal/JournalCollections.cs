using MongoDB.Bson;
using MongoDB.Driver;

namespace Chatbox.Persistence.MongoDb.Journal;

/// <summary>The two collections of a journal, and their indexes.</summary>
internal sealed class JournalCollections(MongoDbStore store, MongoDbSettings settings)
{
    private static readonly IndexKeysDefinitionBuilder<BsonDocument> Keys = Builders<BsonDocument>.IndexKeys;

    /// <summary>The collection with one document per event.</summary>
    public IMongoCollection<BsonDocument> Events { get; } = store.Collection(settings.Collection);

    /// <summary>The collection with one document per persistence id whose last event was deleted.</summary>
    public IMongoCollection<BsonDocument> Metadata { get; } = store.Collection(settings.MetadataCollection);

    /// <summary>Creates the missing indexes.</summary>
    public async Task CreateIndexes(CancellationToken cancellationToken)
    {
        // These indexes need not be unique: the _id of an event contains its sequence number and so excludes a second writer.
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
