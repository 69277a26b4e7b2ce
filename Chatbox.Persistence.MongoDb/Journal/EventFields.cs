namespace Chatbox.Persistence.MongoDb.Journal;

/// <summary>The field names of an event's document, and of the document with a highest sequence number.</summary>
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
