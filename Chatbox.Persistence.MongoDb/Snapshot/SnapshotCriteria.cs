using Akka.Persistence;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Chatbox.Persistence.MongoDb.Snapshot;

/// <summary>Converts Akka's criteria for snapshots to filters of MongoDB.</summary>
internal static class SnapshotCriteria
{
    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;

    /// <summary>The filter for a range of snapshots. Bounds are inclusive; Akka's smallest and greatest times mean no bound.</summary>
    public static FilterDefinition<BsonDocument> Filter(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        var filter =
            Where.Eq(SnapshotFields.PersistenceId, persistenceId)
            & Where.Gte(SnapshotFields.SequenceNr, criteria.MinSequenceNr)
            & Where.Lte(SnapshotFields.SequenceNr, criteria.MaxSequenceNr);
        if (IsBound(criteria.MaxTimeStamp))
            filter &= Where.Lte(SnapshotFields.Timestamp, criteria.MaxTimeStamp.Ticks);
        if (criteria.MinTimestamp is { } earliest && IsBound(earliest))
            filter &= Where.Gte(SnapshotFields.Timestamp, earliest.Ticks);
        return filter;
    }

    /// <summary>The filter for one snapshot. Without a time, only the sequence number counts.</summary>
    public static FilterDefinition<BsonDocument> Filter(SnapshotMetadata metadata)
    {
        var filter = Where.Eq(SnapshotFields.Id, SnapshotDocuments.IdOf(metadata));
        return IsBound(metadata.Timestamp) ? filter & Where.Eq(SnapshotFields.Timestamp, metadata.Timestamp.Ticks) : filter;
    }

    private static bool IsBound(DateTime time) => time != DateTime.MinValue && time != DateTime.MaxValue;
}
