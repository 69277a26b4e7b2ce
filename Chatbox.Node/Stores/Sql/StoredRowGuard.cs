using Akka.Persistence.Sql.Journal.Types;
using Akka.Persistence.Sql.Snapshot;
using Chatbox.Actors.Serialization;
using LinqToDB.Interceptors;

namespace Chatbox.Node.Stores.Sql;

/// <summary>
/// Decides how the rows of journal and snapshots are read, before Akka.Persistence.Sql looks at the serializer and the type that they name:
/// whoever can write to the database must not choose what is made of it.
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
