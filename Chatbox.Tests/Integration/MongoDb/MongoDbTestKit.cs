using Akka.Configuration;
using Akka.TestKit.Xunit2;
using Chatbox.Persistence.MongoDb;
using Chatbox.Tests.Unit.MongoDb;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Chatbox.Tests.Integration.MongoDb;

/// <summary>An actor system whose journal and snapshots are in a MongoDB database of its own.</summary>
public abstract class MongoDbTestKit : TestKit, IAsyncLifetime
{
    private readonly string _connectionString;

    /// <summary>The placeholder for the connection string in the settings.</summary>
    protected const string Uri = "{uri}";

    /// <param name="settings">HOCON that takes precedence over the defaults.</param>
    protected MongoDbTestKit(string settings = "")
        : this(Requirements.NewMongoDatabase(), settings) { }

    private MongoDbTestKit(string connectionString, string settings)
        : base(ConfigurationFor(connectionString, settings)) => _connectionString = connectionString;

    internal IMongoDatabase Database => MongoDbConnections.Database(_connectionString);

    internal JournalClient Journal(string plugin = MongoDbPersistence.JournalPath) =>
        new(Akka.Persistence.Persistence.Instance.Apply(Sys).JournalFor(plugin), CreateTestProbe());

    internal List<BsonDocument> Documents(string collection) =>
        Database.GetCollection<BsonDocument>(collection).Find(FilterDefinition<BsonDocument>.Empty).ToList();

    internal List<BsonDocument> Indexes(string collection) =>
        [.. Database.GetCollection<BsonDocument>(collection).Indexes.List().ToList().Select(index => index["key"].AsBsonDocument)];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await Sys.Terminate();
        await Database.Client.DropDatabaseAsync(Database.DatabaseNamespace.DatabaseName);
    }

    private static Config ConfigurationFor(string connectionString, string settings) =>
        ConfigurationFactory
            .ParseString(settings.Replace(Uri, connectionString, StringComparison.Ordinal))
            .WithFallback(
                ConfigurationFactory.ParseString(
                    // The first call of a run takes long, because nothing is cached.
                    $$"""
                    akka.test.single-expect-default = 30s
                    akka.persistence {
                      journal.plugin = "{{MongoDbPersistence.JournalPath}}"
                      journal.mongodb.connection-string = "{{connectionString}}"
                      snapshot-store.plugin = "{{MongoDbPersistence.SnapshotStorePath}}"
                      snapshot-store.mongodb.connection-string = "{{connectionString}}"
                    }
                    """
                )
            )
            .WithFallback(NoteSerializer.Config)
            .WithFallback(MongoDbPersistence.DefaultConfiguration);
}
