using Akka.Persistence.Sql.Journal.Types;
using Akka.Persistence.Sql.Snapshot;
using Chatbox.Actors.Serialization;
using LinqToDB.Interceptors;

namespace Chatbox.Node.Stores.Sql;

/// <summary>
/// Chooses the serializer of journal and snapshot rows before Akka.Persistence.Sql uses the serializer and type that the rows name.
/// Otherwise an intruder with access to the database could make the node create objects of any type.
/// </summary>
internal sealed class StoredRowGuard : EntityServiceInterceptor
{
    public override object EntityCreated(EntityCreatedEventData eventData, object entity)
    {
        switch (entity)
        {
            case JournalRow row:
                (row.Identifier, row.Manifest, row.Message) = StoredRowSerializer.Read(
                    row.PersistenceId,
                    row.Identifier,
                    row.Manifest,
                    row.Message
                );
                break;
            case LongSnapshotRow row:
                (row.SerializerId, row.Manifest, row.Payload) = StoredRowSerializer.Read(
                    row.PersistenceId,
                    row.SerializerId,
                    row.Manifest,
                    row.Payload
                );
                break;
        }

        return entity;
    }
}
