namespace Chatbox.Persistence.MongoDb.Journal;

/// <summary>Names of what an event's document, or that of a highest sequence number, consists of.</summary>
internal static class EventFields
{
    public const string Id = "_id";
    public const string PersistenceId = "PersistenceId";
    public const string SequenceNr = "SequenceNr";
    public const string IsDeleted = "IsDeleted";
    public const string Payload = "Payload";
    public const string Manifest = "Manifest";
    public const string Ordering = "Ordering";
    public const string Tags = "Tags";
    public const string SerializerId = "SerializerId";
}
