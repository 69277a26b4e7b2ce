using Akka.Persistence;
using MongoDB.Bson;

namespace Chatbox.Persistence.MongoDb.Journal;

/// <summary>Events that are stored together or not at all.</summary>
/// <param name="Documents">In their order; none if they are rejected.</param>
/// <param name="Rejection">Why they cannot be stored, whatever the server's state; null if they can.</param>
internal sealed record EventWrite(string PersistenceId, IReadOnlyList<BsonDocument> Documents, Exception? Rejection)
{
    /// <summary>An event that its serializer refuses is rejected alone: it would be refused again, and the store works.</summary>
    public static EventWrite Prepare(AtomicWrite message, EventDocuments documents)
    {
        try
        {
            var events = (IEnumerable<IPersistentRepresentation>)message.Payload;
            return new EventWrite(message.PersistenceId, [.. events.Select(documents.Write)], null);
        }
        catch (Exception refused)
        {
            return new EventWrite(message.PersistenceId, [], refused);
        }
    }
}
