using System.Reflection;
using Chatbox.Actors.Sealing;
using Chatbox.Node.Stores;
using Chatbox.Node.Stores.Index;
using Chatbox.Tests.Servers;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Xunit.Sdk;

namespace Chatbox.Tests.Integration.Index;

/// <summary>The databases that can hold the index.</summary>
public enum IndexStore
{
    Sqlite,
    Postgres,
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

/// <summary>Empty databases, one for each index that a test opens; the server starts when the first test wants it.</summary>
public sealed class IndexStores : IAsyncLifetime
{
    private readonly Lazy<Task<PostgresServer>> _postgres = new(() => PostgresServer.Start());
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
        var file = SqliteHosting.ConnectionString(Directory.CreateDirectory(Path.Combine(_folder, $"{Guid.NewGuid():n}")).FullName);
        SqliteHosting.Prepare(file);
        return new TestIndex(new SqliteIndexDatabase(file), new PlainCipher());
    }

    public async Task DisposeAsync()
    {
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
internal sealed record TestIndex(IndexDatabase Database, IContentCipher Cipher)
{
    public FakeTimeProvider Clock { get; init; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public SqlSessionIndex Index => new(Database, Cipher, Clock);
}
