using Akka.Hosting;
using Akka.Persistence.Hosting;

namespace Chatbox.Persistence.MongoDb.Hosting;

/// <summary>Journal and snapshots in one database of MongoDB.</summary>
public static class MongoDbHosting
{
    /// <summary>As the defaults of an actor system.</summary>
    /// <param name="connectionString">With the database: <c>mongodb://host/database</c>; a replica set, if several events are persisted together.</param>
    /// <param name="unreadableSerializer">Identifier of the serializer that makes the stand-in for what cannot be read; 0 if that is to fail.</param>
    public static AkkaConfigurationBuilder WithMongoDbPersistence(
        this AkkaConfigurationBuilder builder,
        string connectionString,
        int unreadableSerializer = 0
    ) =>
        builder
            .WithJournal(new MongoDbJournalOptions { ConnectionString = connectionString, UnreadableSerializer = unreadableSerializer })
            .WithSnapshot(new MongoDbSnapshotOptions { ConnectionString = connectionString, UnreadableSerializer = unreadableSerializer });
}
