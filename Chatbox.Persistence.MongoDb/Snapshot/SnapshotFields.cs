namespace Chatbox.Persistence.MongoDb.Snapshot;

/// <summary>The field names of a snapshot's document.</summary>
internal static class SnapshotFields
{
    public const string Id = "_id";
    public const string PersistenceId = "PersistenceId";
    public const string SequenceNr = "SequenceNr";
    public const string Timestamp = "Timestamp";
    public const string Snapshot = "Snapshot";
    public const string Manifest = "Manifest";
    public const string SerializerId = "SerializerId";
}
