using Akka.Hosting;
using Akka.Persistence.Hosting;

namespace Chatbox.Persistence.MongoDb.Hosting;

/// <summary>Configures a journal and a snapshot store in one MongoDB database.</summary>
public static class MongoDbHosting
{
    /// <summary>Makes MongoDB the default journal and snapshot store of the actor system.</summary>
    /// <param name="connectionString">
    /// The address with the database: <c>mongodb://host/database</c>. It must name a replica set if several events are persisted together.
    /// </param>
    /// <param name="unreadableSerializer">
    /// Identifier of the serializer that creates the stand-in for an unreadable row; 0 to fail instead.
    /// </param>
    public static AkkaConfigurationBuilder WithMongoDbPersistence(
        this AkkaConfigurationBuilder builder,
        string connectionString,
        int unreadableSerializer = 0
    ) =>
        builder
            .WithJournal(new MongoDbJournalOptions { ConnectionString = connectionString, UnreadableSerializer = unreadableSerializer })
            .WithSnapshot(new MongoDbSnapshotOptions { ConnectionString = connectionString, UnreadableSerializer = unreadableSerializer });
}
