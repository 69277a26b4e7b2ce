using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Akka.TestKit.Xunit2;
using Chatbox.Persistence.MongoDb;
using Chatbox.Persistence.MongoDb.Journal;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;

namespace Chatbox.Tests.Unit.MongoDb;

/// <summary>Tests of events' documents, which are those of Akka.Persistence.MongoDb, field by field.</summary>
public sealed class EventDocumentsTests() : TestKit(NoteSerializer.Config)
{
    private static readonly Persistent Event = new(
        new Note("hello"),
        7,
        "session-1",
        writerGuid: "writer",
        timestamp: 638_000_000_000_000_000
    );

    private EventDocuments Documents => new((ExtendedActorSystem)Sys, new StandIn((ExtendedActorSystem)Sys, 0));

    [Fact]
    public void An_event_has_the_fields_of_the_public_package_in_its_order()
    {
        var document = Documents.Write(Event);

        Assert.Equal(
            ["_id", "PersistenceId", "SequenceNr", "IsDeleted", "Payload", "Manifest", "Ordering", "Tags", "SerializerId"],
            document.Names
        );
        Assert.Equal(new BsonString("session-1_7"), document["_id"]);
        Assert.Equal(new BsonString("session-1"), document["PersistenceId"]);
        Assert.Equal(BsonType.Int64, document["SequenceNr"].BsonType);
        Assert.Equal(7, document["SequenceNr"].AsInt64);
        Assert.Equal(BsonBoolean.False, document["IsDeleted"]);
        Assert.Equal(["_t", "_v"], document["Payload"].AsBsonDocument.Names);
        Assert.Equal(new BsonString("System.Byte[], System.Private.CoreLib"), document["Payload"]["_t"]);
        Assert.Equal(BsonBinarySubType.Binary, Assert.IsType<BsonBinaryData>(document["Payload"]["_v"]).SubType);
        Assert.Equal(new BsonString(""), document["Manifest"]);
        Assert.Equal(new BsonTimestamp(0, 0), document["Ordering"]);
        Assert.Equal(BsonNull.Value, document["Tags"]);
        Assert.Equal(BsonNull.Value, document["SerializerId"]);
    }

    [Fact]
    public void The_payload_is_akkas_whole_envelope()
    {
        var payload = Documents.Write(Event)["Payload"]["_v"].AsByteArray;

        var envelope = Sys.Serialization.FindSerializerForType(typeof(Persistent)).FromBinary<Persistent>(payload);

        Assert.Equal(new Note("hello"), envelope.Payload);
        Assert.Equal((7L, "session-1", "writer"), (envelope.SequenceNr, envelope.PersistenceId, envelope.WriterGuid));
    }

    [Fact]
    public void An_event_that_is_too_large_for_a_document_is_rejected()
    {
        var large = new AtomicWrite(new Persistent(new Note(new string('x', EventWrite.MaxPayloadBytes)), 7, "session-1"));

        var write = EventWrite.Prepare(large, Documents);

        Assert.Empty(write.Documents);
        Assert.Contains("session-1_7", Assert.IsType<ArgumentException>(write.Rejection).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_largest_event_fits_into_a_document()
    {
        const int envelope = 1024;
        var large = new AtomicWrite(new Persistent(new Note(new string('x', EventWrite.MaxPayloadBytes - envelope)), 7, "session-1"));

        var write = EventWrite.Prepare(large, Documents);

        Assert.InRange(Assert.Single(write.Documents).ToBson().Length, EventWrite.MaxPayloadBytes - envelope, 16 * 1024 * 1024);
    }

    [Fact]
    public void Tags_are_an_array_and_the_event_is_stored_without_its_wrapping()
    {
        var document = Documents.Write(Event.WithPayload(new Tagged(new Note("hello"), ["red", "blue"])));

        Assert.Equal(["blue", "red"], document["Tags"].AsBsonArray.Select(tag => tag.AsString).Order());
        Assert.Equal(new Note("hello"), Documents.Read(document).Payload);
    }

    [Fact]
    public void An_event_is_read_as_it_was_written()
    {
        var read = Documents.Read(Stored(Documents.Write(Event)));

        Assert.Equal(Event.Payload, read.Payload);
        Assert.Equal(
            (Event.SequenceNr, Event.PersistenceId, Event.WriterGuid, Event.Timestamp, Event.IsDeleted),
            (read.SequenceNr, read.PersistenceId, read.WriterGuid, read.Timestamp, read.IsDeleted)
        );
    }

    [Fact]
    public void A_reference_to_an_actor_is_stored_with_the_systems_address()
    {
        var read = Documents.Read(Stored(Documents.Write(Event.WithPayload(TestActor))));

        Assert.Equal(TestActor, Assert.IsAssignableFrom<IActorRef>(read.Payload));
    }

    [Fact]
    public void An_event_is_read_however_its_bytes_are_wrapped()
    {
        var document = Documents.Write(Event);
        var bytes = document["Payload"]["_v"];

        document["Payload"] = new BsonDocument { { "_t", "System.Byte[]" }, { "_v", bytes } };
        Assert.Equal(Event.Payload, Documents.Read(document).Payload);
        document["Payload"] = bytes;
        Assert.Equal(Event.Payload, Documents.Read(document).Payload);
    }

    [Fact]
    public void An_event_without_a_time_gets_the_servers()
    {
        var document = Documents.Write(Event.WithTimestamp(0));
        document["Ordering"] = new BsonTimestamp(1_700_000_000, 5);

        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000).UtcTicks, Documents.Read(document).Timestamp);
    }

    [Fact]
    public void An_event_of_an_early_version_is_read_by_its_serializer_id_and_manifest()
    {
        var document = new BsonDocument
        {
            { "_id", "session-1_3" },
            { "PersistenceId", "session-1" },
            { "SequenceNr", 3L },
            { "IsDeleted", false },
            { "Payload", new BsonBinaryData("old"u8.ToArray()) },
            { "Manifest", "note.v1" },
            { "Ordering", new BsonTimestamp(1_600_000_000, 1) },
            { "Tags", new BsonArray() },
            { "SerializerId", 9107 },
        };

        var read = Documents.Read(document);

        Assert.Equal(new Note("old"), read.Payload);
        Assert.Equal((3L, "session-1", "note.v1"), (read.SequenceNr, read.PersistenceId, read.Manifest));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_600_000_000).UtcTicks, read.Timestamp);
    }

    [Theory]
    [InlineData("""{ "_id": "a_1", "Payload": { "_t": "Note", "Text": "x" }, "Manifest": "", "SerializerId": null }""")]
    [InlineData("""{ "_id": "a_1", "Payload": { "$binary": { "base64": "eA==", "subType": "00" } }, "Manifest": "My.Type, Mine" }""")]
    public void An_event_that_cannot_be_read_says_which_one(string json)
    {
        var refused = Assert.Throws<NotSupportedException>(() => Documents.Read(BsonDocument.Parse(json)));

        Assert.Contains("a_1", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_drivers_own_mapping_of_such_a_record_reads_it_and_writes_the_same()
    {
        var document = Documents.Write(Event.WithPayload(new Tagged(new Note("hello"), ["red"])));
        var mapped = new MappedEvent
        {
            Id = "session-1_7",
            PersistenceId = "session-1",
            SequenceNr = 7,
            Payload = document["Payload"]["_v"].AsByteArray,
            Manifest = "",
            Ordering = new BsonTimestamp(0),
            Tags = ["red"],
        };

        Assert.Equal(mapped.Payload, BsonSerializer.Deserialize<MappedEvent>(document).Payload);
        // The driver's convention omits the assembly; that of Akka.Persistence.MongoDb does not.
        document["Payload"]["_t"] = "System.Byte[]";
        Assert.Equal(mapped.ToBson(), document.ToBson());
    }

    /// <summary>An event as a program stores it that leaves the layout to the driver.</summary>
    private sealed class MappedEvent
    {
        public required string Id { get; init; }
        public required string PersistenceId { get; init; }
        public required long SequenceNr { get; init; }
        public bool IsDeleted { get; init; }
        public required object Payload { get; init; }
        public required string Manifest { get; init; }
        public required BsonTimestamp Ordering { get; init; }
        public required IReadOnlyList<string> Tags { get; init; }
        public int? SerializerId { get; init; }
    }

    // Passes through bytes, as on the way to the server, so that a type that BSON does not distinguish would be noticed.
    private static BsonDocument Stored(BsonDocument document) => BsonSerializer.Deserialize<BsonDocument>(document.ToBson());
}
