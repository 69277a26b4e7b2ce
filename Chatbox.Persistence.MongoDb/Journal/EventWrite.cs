using Akka.Persistence;
using MongoDB.Bson;

namespace Chatbox.Persistence.MongoDb.Journal;

/// <summary>Events that are stored together or not at all.</summary>
/// <param name="Documents">In their order; none if they are rejected.</param>
/// <param name="Rejection">Why they cannot be stored, whatever the server's state; null if they can.</param>
internal sealed record EventWrite(string PersistenceId, IReadOnlyList<BsonDocument> Documents, Exception? Rejection)
{
    /// <summary>Leaves room for the other fields in the 16 MiB that a document of MongoDB may have.</summary>
    public const int MaxPayloadBytes = (16 * 1024 * 1024) - (64 * 1024);

    /// <summary>
    /// An event that its serializer refuses, or that is too large for a document, is rejected alone: it would be refused again, and the store
    /// works.
    /// </summary>
    public static EventWrite Prepare(AtomicWrite message, EventDocuments documents)
    {
        try
        {
            var events = (IEnumerable<IPersistentRepresentation>)message.Payload;
            return new EventWrite(message.PersistenceId, [.. events.Select(documents.Write).Select(Fitting)], null);
        }
        catch (Exception refused)
        {
            return new EventWrite(message.PersistenceId, [], refused);
        }
    }

    private static BsonDocument Fitting(BsonDocument document)
    {
        var size = BoxedBytes.Unbox(document[EventFields.Payload])!.Length;
        return size <= MaxPayloadBytes
            ? document
            : throw new ArgumentException($"The event {document[EventFields.Id]} has {size} bytes, and MongoDB takes {MaxPayloadBytes}.");
    }
}
