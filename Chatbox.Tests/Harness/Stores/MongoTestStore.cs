using Chatbox.Persistence.MongoDb;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Chatbox.Tests.Harness.Stores;

/// <summary>A new database on the MongoDB server that the environment names.</summary>
internal sealed class MongoTestStore : TestStore
{
    private readonly string _address = Requirements.NewMongoDatabase();

    public override IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string> { ["MONGO_URI"] = _address, ["MONGO_DATABASE"] = Database.DatabaseNamespace.DatabaseName };

    private IMongoDatabase Database => MongoDbConnections.Database(_address);

    public override async ValueTask DisposeAsync()
    {
        await Database.Client.DropDatabaseAsync(Database.DatabaseNamespace.DatabaseName);
        await base.DisposeAsync();
    }

    /// <summary>Every document of every collection.</summary>
    protected override IEnumerable<byte[]> Rows() =>
        Database
            .ListCollectionNames()
            .ToEnumerable()
            .SelectMany(name => Database.GetCollection<RawBsonDocument>(name).Find(FilterDefinition<RawBsonDocument>.Empty).ToEnumerable())
            .Select(document => document.ToBson());
}
