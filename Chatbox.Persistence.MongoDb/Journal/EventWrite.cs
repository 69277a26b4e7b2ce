using Akka.Persistence;
using MongoDB.Bson;

namespace Chatbox.Persistence.MongoDb.Journal;

/// <summary>The events of one atomic write.</summary>
/// <param name="Documents">The events in their order; empty if they are rejected.</param>
/// <param name="Rejection">The reason why they can never be stored; null if they can.</param>
internal sealed record EventWrite(string PersistenceId, IReadOnlyList<BsonDocument> Documents, Exception? Rejection)
{
    /// <summary>
    /// Greatest size of an event, in bytes. It leaves room for the other fields in MongoDB's limit of 16 MiB per document.
    /// </summary>
    public const int MaxPayloadBytes = (16 * 1024 * 1024) - (64 * 1024);

    /// <summary>
    /// Prepares a write. An event that its serializer refuses, or that exceeds MongoDB's limit, rejects only this write: the store works,
    /// and a retry would fail again.
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
            : throw new ArgumentException(
                $"The event {document[EventFields.Id]} has {size} bytes; at most {MaxPayloadBytes} fit into a document of MongoDB."
            );
    }
}
