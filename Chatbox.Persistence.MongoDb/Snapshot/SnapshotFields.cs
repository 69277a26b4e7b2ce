namespace Chatbox.Persistence.MongoDb.Snapshot;

/// <summary>Names of what a snapshot's document consists of.</summary>
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
