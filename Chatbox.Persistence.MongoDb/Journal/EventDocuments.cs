using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;
using MongoDB.Bson;

namespace Chatbox.Persistence.MongoDb.Journal;

/// <summary>
/// Converts events to documents and back. <c>Payload</c> contains the bytes of Akka's <see cref="Persistent"/>, in which the event has its
/// own serializer and manifest. Therefore <c>Manifest</c> is empty and <c>SerializerId</c> is null.
/// </summary>
internal sealed class EventDocuments(ExtendedActorSystem system, StandIn standIn)
{
    /// <summary>A zero, which the server replaces in a new document by its time and a counter. It orders all events.</summary>
    private static readonly BsonTimestamp FilledByServer = new(0);

    /// <summary>The id of an event's document. A second writer of the same event would use the same id and be refused.</summary>
    public static string IdOf(string persistenceId, long sequenceNr) => $"{persistenceId}_{sequenceNr}";

    /// <summary>Converts an event to a document. Exceptions of the event's serializer pass through.</summary>
    public BsonDocument Write(IPersistentRepresentation message)
    {
        var tags = message.Payload as Tagged?;
        var stored = tags is { } tagged ? message.WithPayload(tagged.Payload) : message;
        return new BsonDocument
        {
            { EventFields.Id, IdOf(stored.PersistenceId, stored.SequenceNr) },
            { EventFields.PersistenceId, stored.PersistenceId },
            { EventFields.SequenceNr, stored.SequenceNr },
            { EventFields.IsDeleted, stored.IsDeleted },
            { EventFields.Payload, BoxedBytes.Box(Serialize(stored)) },
            { EventFields.Manifest, "" },
            { EventFields.Ordering, FilledByServer },
            { EventFields.Tags, tags is null ? BsonNull.Value : new BsonArray(tags.Value.Tags) },
            { EventFields.SerializerId, BsonNull.Value },
        };
    }

    /// <summary>
    /// Converts a document to an event. It also reads documents of Akka.Persistence.MongoDb before 1.4, which have a serializer id.
    /// </summary>
    /// <exception cref="NotSupportedException">The event was stored as a BSON object (<c>legacy-serialization</c>).</exception>
    public IPersistentRepresentation Read(BsonDocument document)
    {
        var content = standIn.For(() => Content(document));
        var message = content as IPersistentRepresentation ?? Wrap(content, document, Text(document.GetValue(EventFields.Manifest, "")));
        return message.Timestamp == 0 ? message.WithTimestamp(StoredAt(document)) : message;
    }

    private object Content(BsonDocument document)
    {
        if (BoxedBytes.Unbox(document[EventFields.Payload]) is not { } payload)
            throw Unreadable(document);
        var manifest = Text(document.GetValue(EventFields.Manifest, ""));
        var serializer = document.GetValue(EventFields.SerializerId, BsonNull.Value);
        if (serializer.IsBsonNull && manifest.Length > 0)
            throw Unreadable(document);

        return serializer.IsBsonNull
            ? system.Serialization.FindSerializerForType(typeof(Persistent)).FromBinary<Persistent>(payload)
            : system.Serialization.Deserialize(payload, serializer.ToInt32(), manifest);
    }

    // Serialized with the system's address, so that a reference to an actor has the same meaning on other nodes.
    private byte[] Serialize(IPersistentRepresentation message) =>
        Akka.Serialization.Serialization.WithTransport(
            system,
            (system, message),
            static given => given.system.Serialization.FindSerializerFor(given.message).ToBinary(given.message)
        );

    private static Persistent Wrap(object content, BsonDocument document, string manifest) =>
        new(
            content,
            document[EventFields.SequenceNr].ToInt64(),
            document[EventFields.PersistenceId].AsString,
            manifest,
            document.GetValue(EventFields.IsDeleted, false).ToBoolean()
        );

    /// <summary>The time of storage in ticks, exact to the second.</summary>
    private static long StoredAt(BsonDocument document) =>
        document.TryGetValue(EventFields.Ordering, out var ordering) && ordering is BsonTimestamp moment
            ? DateTimeOffset.FromUnixTimeSeconds(moment.Timestamp).UtcTicks
            : 0;

    private static string Text(BsonValue value) => value.IsBsonNull ? "" : value.AsString;

    private static NotSupportedException Unreadable(BsonDocument document) =>
        new(
            $"The event {document[EventFields.Id]} was stored as a BSON object or by its type's name; only Akka's serializers are supported."
        );
}
