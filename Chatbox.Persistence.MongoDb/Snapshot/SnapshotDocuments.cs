using Akka.Actor;
using Akka.Persistence;
using MongoDB.Bson;
using AkkaSerialization = Akka.Serialization.Serialization;
using Envelope = Akka.Persistence.Serialization.Snapshot;

namespace Chatbox.Persistence.MongoDb.Snapshot;

/// <summary>
/// Converts snapshots to documents and back. <c>Snapshot</c> contains the bytes of Akka's envelope, in which the snapshot has its own
/// serializer and manifest; <c>SerializerId</c> and <c>Manifest</c> are those of the envelope.
/// </summary>
internal sealed class SnapshotDocuments(ExtendedActorSystem system, StandIn standIn)
{
    public static string IdOf(SnapshotMetadata metadata) => $"{metadata.PersistenceId}_{metadata.SequenceNr}";

    /// <summary>Converts a snapshot to a document. Exceptions of the snapshot's serializer pass through.</summary>
    public BsonDocument Write(SnapshotMetadata metadata, object snapshot)
    {
        var envelope = new Envelope(snapshot);
        var serializer = system.Serialization.FindSerializerFor(envelope);
        // Serialized with the system's address, so that a reference to an actor has the same meaning on other nodes.
        var bytes = AkkaSerialization.WithTransport(
            system,
            (serializer, envelope),
            static given => given.serializer.ToBinary(given.envelope)
        );
        return new BsonDocument
        {
            { SnapshotFields.Id, IdOf(metadata) },
            { SnapshotFields.PersistenceId, metadata.PersistenceId },
            { SnapshotFields.SequenceNr, metadata.SequenceNr },
            { SnapshotFields.Timestamp, metadata.Timestamp.Ticks },
            { SnapshotFields.Snapshot, BoxedBytes.Box(bytes) },
            { SnapshotFields.Manifest, AkkaSerialization.ManifestFor(serializer, envelope) },
            { SnapshotFields.SerializerId, serializer.Identifier },
        };
    }

    /// <exception cref="NotSupportedException">The snapshot was stored as a BSON object (<c>legacy-serialization</c>).</exception>
    public SelectedSnapshot Read(BsonDocument document)
    {
        var metadata = new SnapshotMetadata(
            document[SnapshotFields.PersistenceId].AsString,
            document[SnapshotFields.SequenceNr].ToInt64(),
            new DateTime(document[SnapshotFields.Timestamp].ToInt64(), DateTimeKind.Utc)
        );
        return new SelectedSnapshot(metadata, standIn.For(() => Content(document)));
    }

    private object Content(BsonDocument document)
    {
        var manifest = document.GetValue(SnapshotFields.Manifest, BsonNull.Value);
        var serializer = document.GetValue(SnapshotFields.SerializerId, BsonNull.Value);
        var hasManifest = !manifest.IsBsonNull && manifest.AsString.Length > 0;
        if (BoxedBytes.Unbox(document[SnapshotFields.Snapshot]) is not { } snapshot || (serializer.IsBsonNull && hasManifest))
            throw new NotSupportedException(
                $"The snapshot {document[SnapshotFields.Id]} was stored as a BSON object or by its type's name; only Akka's serializers are supported."
            );

        var content = serializer.IsBsonNull
            ? system.Serialization.FindSerializerForType(typeof(Envelope)).FromBinary<Envelope>(snapshot)
            : system.Serialization.Deserialize(snapshot, serializer.ToInt32(), hasManifest ? manifest.AsString : "");
        return content is Envelope envelope ? envelope.Data : content;
    }
}
