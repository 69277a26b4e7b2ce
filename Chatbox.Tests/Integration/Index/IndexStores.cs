using System.Collections.Concurrent;
using System.Reflection;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Chatbox.Node.Files;
using Chatbox.Node.Identity;
using Chatbox.Node.Stores.Index.Mongo;
using Chatbox.Node.Stores.Index.Sql;
using Chatbox.Node.Stores.Postgres;
using Chatbox.Node.Stores.Sqlite;
using Chatbox.Persistence.MongoDb;
using Chatbox.Tests.Servers;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using MongoDB.Driver;
using Xunit.Sdk;

namespace Chatbox.Tests.Integration.Index;

/// <summary>The databases that can hold the index.</summary>
public enum IndexStore
{
    Sqlite,
    Postgres,
    Mongo,
}

/// <summary>The test runs on SQLite.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnSqliteAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        [
            [IndexStore.Sqlite],
        ];
}

/// <summary>The test runs on PostgreSQL as well; where that is missing, it is skipped there and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnPostgresAttribute : DataAttribute
{
    public OnPostgresAttribute() => Skip = Requirements.MissingPostgres;

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        [
            [IndexStore.Postgres],
        ];
}

/// <summary>The test runs on MongoDB as well; where no replica set is named, it is skipped there and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnMongoAttribute : DataAttribute
{
    public OnMongoAttribute() => Skip = Requirements.MissingMongoReplicaSet;

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        [
            [IndexStore.Mongo],
        ];
}

/// <summary>Empty databases, one for each index that a test opens; the server starts when the first test wants it.</summary>
public sealed class IndexStores : IAsyncLifetime
{
    private readonly Lazy<Task<PostgresServer>> _postgres = new(() => PostgresServer.Start());
    private readonly ConcurrentBag<IMongoDatabase> _mongo = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("chatbox-index-").FullName;

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>An index with its tables.</summary>
    internal async Task<TestIndex> Open(IndexStore store)
    {
        var index = await OpenEmpty(store);
        await index.Index.Migrate(default);
        return index;
    }

    /// <summary>An index without tables.</summary>
    internal async Task<TestIndex> OpenEmpty(IndexStore store)
    {
        if (store == IndexStore.Postgres)
            return new TestIndex(new PostgresIndexDatabase(await (await _postgres.Value).CreateSchema()), new PlainCipher());
        if (store == IndexStore.Mongo)
            return new TestIndex(null!, new PlainCipher()) { Mongo = CreateMongoDatabase() };
        var file = SqliteHosting.ConnectionString(Directory.CreateDirectory(Path.Combine(_folder, $"{Guid.NewGuid():n}")).FullName);
        SqliteHosting.Prepare(file);
        return new TestIndex(new SqliteIndexDatabase(file), new PlainCipher());
    }

    private IMongoDatabase CreateMongoDatabase()
    {
        var database = MongoDbConnections.Database(Requirements.NewMongoDatabase());
        _mongo.Add(database);
        return database;
    }

    public async Task DisposeAsync()
    {
        foreach (var database in _mongo)
            await database.Client.DropDatabaseAsync(database.DatabaseNamespace.DatabaseName);
        if (_postgres.IsValueCreated)
            await (await _postgres.Value).DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>One server for all tests of the index.</summary>
[CollectionDefinition(Name)]
public sealed class IndexCollection : ICollectionFixture<IndexStores>
{
    public const string Name = "index";
}

/// <summary>An index, its database, and the clock it reads.</summary>
/// <param name="Database">Null for MongoDB.</param>
internal sealed record TestIndex(IndexDatabase Database, IContentCipher Cipher)
{
    public FakeTimeProvider Clock { get; init; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    /// <summary>Where the index is instead of in <see cref="Database"/>, if it is in MongoDB.</summary>
    public IMongoDatabase? Mongo { get; init; }

    public ISessionIndex Index =>
        Mongo is null ? new SqlSessionIndex(Database, Cipher, Clock) : new MongoSessionIndex(Mongo, Cipher, Clock);

    public IAuditTrail Trail => Mongo is null ? new SqlAuditTrail(Database) : new MongoAuditTrail(Mongo);

    public IRatings Ratings => Mongo is null ? new SqlRatings(Database, Cipher) : new MongoRatings(Mongo, Cipher);

    public IFileRecords Files => Mongo is null ? new SqlFileRecords(Database, Cipher) : new MongoFileRecords(Mongo, Cipher);

    public IFileInventory FileInventory => Mongo is null ? new SqlFileInventory(Database) : new MongoFileInventory(Mongo);

    public IFileRemovals FileRemovals => Mongo is null ? new SqlFileRemovals(Database) : new MongoFileRemovals(Mongo);

    public IOpenUploads Uploads => Mongo is null ? new SqlOpenUploads(Database, Cipher) : new MongoOpenUploads(Mongo, Cipher);

    public ITokenWithdrawals Withdrawals => Mongo is null ? new SqlWithdrawals(Database) : new MongoWithdrawals(Mongo);
}
