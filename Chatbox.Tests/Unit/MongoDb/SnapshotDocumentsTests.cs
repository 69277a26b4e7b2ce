using Akka.Actor;
using Akka.Persistence;
using Akka.TestKit.Xunit2;
using Chatbox.Persistence.MongoDb;
using Chatbox.Persistence.MongoDb.Snapshot;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;
using MongoDB.Driver;
using Envelope = Akka.Persistence.Serialization.Snapshot;

namespace Chatbox.Tests.Unit.MongoDb;

/// <summary>Tests of snapshots' documents, which are those of Akka.Persistence.MongoDb, field by field, and of their selection.</summary>
public sealed class SnapshotDocumentsTests() : TestKit(NoteSerializer.Config)
{
    private static readonly DateTime Taken = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
    private static readonly SnapshotMetadata Metadata = new("session-1", 40, Taken);

    private SnapshotDocuments Documents => new((ExtendedActorSystem)Sys, new StandIn((ExtendedActorSystem)Sys, 0));

    [Fact]
    public void A_snapshot_has_the_fields_of_the_public_package_in_its_order()
    {
        var document = Documents.Write(Metadata, new Note("state"));
        var serializer = Sys.Serialization.FindSerializerForType(typeof(Envelope));

        Assert.Equal(["_id", "PersistenceId", "SequenceNr", "Timestamp", "Snapshot", "Manifest", "SerializerId"], document.Names);
        Assert.Equal(new BsonString("session-1_40"), document["_id"]);
        Assert.Equal(new BsonString("session-1"), document["PersistenceId"]);
        Assert.Equal(new BsonInt64(40), document["SequenceNr"]);
        Assert.Equal(BsonType.Int64, document["SequenceNr"].BsonType);
        Assert.Equal(BsonType.Int64, document["Timestamp"].BsonType);
        Assert.Equal(Taken.Ticks, document["Timestamp"].AsInt64);
        Assert.Equal(["_t", "_v"], document["Snapshot"].AsBsonDocument.Names);
        Assert.Equal(new BsonString("System.Byte[], System.Private.CoreLib"), document["Snapshot"]["_t"]);
        Assert.Equal(BsonBinarySubType.Binary, Assert.IsType<BsonBinaryData>(document["Snapshot"]["_v"]).SubType);
        Assert.Equal(BsonType.String, document["Manifest"].BsonType);
        Assert.Equal(BsonType.Int32, document["SerializerId"].BsonType);
        Assert.Equal(serializer.Identifier, document["SerializerId"].AsInt32);
        Assert.Equal(new Note("state"), serializer.FromBinary<Envelope>(document["Snapshot"]["_v"].AsByteArray).Data);
    }

    [Fact]
    public void A_snapshot_is_read_as_it_was_written()
    {
        var bytes = Documents.Write(Metadata, new Note("state")).ToBson();

        var read = Documents.Read(BsonSerializer.Deserialize<BsonDocument>(bytes));

        Assert.Equal(new Note("state"), read.Snapshot);
        Assert.Equal(
            (Metadata.PersistenceId, Metadata.SequenceNr, Taken),
            (read.Metadata.PersistenceId, read.Metadata.SequenceNr, read.Metadata.Timestamp)
        );
    }

    [Fact]
    public void A_snapshot_without_a_serializer_id_is_akkas_envelope()
    {
        var document = Documents.Write(Metadata, new Note("state"));
        document["SerializerId"] = BsonNull.Value;
        document["Manifest"] = "";

        Assert.Equal(new Note("state"), Documents.Read(document).Snapshot);
    }

    [Fact]
    public void A_snapshot_that_cannot_be_read_says_which_one()
    {
        var document = Documents.Write(Metadata, new Note("state"));
        document["Snapshot"] = new BsonDocument("_t", "State");

        var refused = Assert.Throws<NotSupportedException>(() => Documents.Read(document));

        Assert.Contains("session-1_40", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Criteria_are_inclusive_bounds_of_number_and_time()
    {
        var criteria = new SnapshotSelectionCriteria(40, Taken, 10, Taken.AddDays(-1));

        Assert.Equal(
            BsonDocument.Parse(
                $$"""
                {
                  "PersistenceId": "session-1",
                  "SequenceNr": { "$gte": NumberLong(10), "$lte": NumberLong(40) },
                  "Timestamp": { "$lte": NumberLong("{{Taken.Ticks}}"), "$gte": NumberLong("{{Taken.AddDays(-1).Ticks}}") }
                }
                """
            ),
            Render(SnapshotCriteria.Filter("session-1", criteria))
        );
    }

    [Fact]
    public void No_snapshot_is_what_the_criteria_of_none_choose()
    {
        var filter = Render(SnapshotCriteria.Filter("session-1", SnapshotSelectionCriteria.None));

        Assert.Equal(0, filter["SequenceNr"]["$lte"].AsInt64);
        Assert.False(filter.Contains("Timestamp"));
    }

    [Fact]
    public void A_snapshot_is_deleted_by_its_time_only_if_the_time_is_known()
    {
        Assert.Equal(["_id"], Render(SnapshotCriteria.Filter(new SnapshotMetadata("session-1", 40, DateTime.MinValue))).Names);
        Assert.Equal(["_id", "Timestamp"], Render(SnapshotCriteria.Filter(Metadata)).Names);
    }

    private static BsonDocument Render(FilterDefinition<BsonDocument> filter) =>
        filter.Render(new RenderArgs<BsonDocument>(BsonDocumentSerializer, BsonSerializer.SerializerRegistry));

    private static IBsonSerializer<BsonDocument> BsonDocumentSerializer => BsonSerializer.SerializerRegistry.GetSerializer<BsonDocument>();
}
