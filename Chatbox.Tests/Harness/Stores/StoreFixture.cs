using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Harness.Stores;

/// <summary>Makes empty stores of one kind, for the tests of a class.</summary>
public abstract class StoreFixture : IAsyncLifetime
{
    /// <summary>Why there can be none on this machine; null if there can.</summary>
    public virtual string? Missing => null;

    internal abstract Task<TestStore> Make();

    public Task InitializeAsync() => Task.CompletedTask;

    public virtual Task DisposeAsync() => Task.CompletedTask;
}

/// <summary>Those that are spoken to in SQL.</summary>
public abstract class SqlStores : StoreFixture
{
    internal abstract Task<SqlTestStore> MakeSql();

    internal sealed override async Task<TestStore> Make() => await MakeSql();
}

/// <summary>A file for each.</summary>
public sealed class SqliteStores : SqlStores
{
    internal override Task<SqlTestStore> MakeSql() => Task.FromResult<SqlTestStore>(new SqliteTestStore());
}

/// <summary>One server, which starts when the first test wants it, and a database for each.</summary>
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

/// <summary>A database for each, on the server that the tests were given.</summary>
public sealed class MongoStores : StoreFixture
{
    public override string? Missing => Requirements.MissingMongoReplicaSet;

    internal override Task<TestStore> Make() => Task.FromResult<TestStore>(new MongoTestStore());
}

/// <summary>One PostgreSQL server for all classes of tests on it, which run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresStores>
{
    public const string Name = "postgres";
}
