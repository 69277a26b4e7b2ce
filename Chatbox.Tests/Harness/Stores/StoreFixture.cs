using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Harness.Stores;

/// <summary>Creates empty stores of one kind for the tests of a class.</summary>
public abstract class StoreFixture : IAsyncLifetime
{
    /// <summary>Why this machine has no such store; null if it has.</summary>
    public virtual string? Missing => null;

    internal abstract Task<TestStore> Make();

    public Task InitializeAsync() => Task.CompletedTask;

    public virtual Task DisposeAsync() => Task.CompletedTask;
}

/// <summary>Creates empty stores that are queried in SQL.</summary>
public abstract class SqlStores : StoreFixture
{
    internal abstract Task<SqlTestStore> MakeSql();

    internal sealed override async Task<TestStore> Make() => await MakeSql();
}

/// <summary>Creates SQLite stores, each a file of its own.</summary>
public sealed class SqliteStores : SqlStores
{
    internal override Task<SqlTestStore> MakeSql() => Task.FromResult<SqlTestStore>(new SqliteTestStore());
}

/// <summary>Creates PostgreSQL stores, each a database on one server that starts on first use.</summary>
public sealed class PostgresStores : SqlStores
{
    private readonly Lazy<Task<PostgresServer>> _server = new(() => PostgresServer.Start());

    public override string? Missing => Requirements.MissingPostgres;

    internal Task<PostgresServer> Server => _server.Value;

    internal override async Task<SqlTestStore> MakeSql() => await PostgresTestStore.Make(await Server);

    public override async Task DisposeAsync()
    {
        if (_server.IsValueCreated)
            await (await Server).DisposeAsync();
    }
}

/// <summary>Creates MongoDB stores, each a database on the server that the environment names.</summary>
public sealed class MongoStores : StoreFixture
{
    public override string? Missing => Requirements.MissingMongoReplicaSet;

    internal override Task<TestStore> Make() => Task.FromResult<TestStore>(new MongoTestStore());
}

/// <summary>Runs all test classes on PostgreSQL one after the other, on one server.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresStores>
{
    public const string Name = "postgres";
}
