using System.Data.Common;
using Chatbox.Node.Stores.Sql;

namespace Chatbox.Tests.Harness.Stores;

/// <summary>A store that outlives the nodes which run on it one after the other, and the data folder that goes with it.</summary>
internal abstract class TestStore : IAsyncDisposable
{
    /// <summary>The nodes' <c>DATA_DIR</c>.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("chatbox-test-").FullName;

    /// <summary>What a node on this store is configured with, besides the folder.</summary>
    public abstract IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>Those of these words that stand anywhere in the store, in whatever case and encoding.</summary>
    public IReadOnlyList<string> Find(params IEnumerable<string> words) =>
        StoredFiles.FoundIn(StoredFiles.Read(Folder).Concat(Rows()), words);

    public virtual ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>All that a client of the database can read, besides the files in the folder.</summary>
    protected abstract IEnumerable<byte[]> Rows();
}

/// <summary>One that is spoken to in SQL.</summary>
internal abstract class SqlTestStore : TestStore
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>SQL for the column's bytes with another last byte.</summary>
    public abstract string Damaged(string column);

    /// <summary>A connection of the test's own.</summary>
    public abstract DbConnection Open();

    /// <summary>Makes every write of a node wait until the result is disposed of, by when the node must have been killed.</summary>
    public abstract IDisposable Hold();

    /// <summary>Waits until a query gives this number.</summary>
    public async Task Until(string query, long expected)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (Count(query) != expected)
            await pause.WaitForNextTickAsync(deadline.Token);
    }

    public long Count(string query)
    {
        using var connection = Open();
        using var command = connection.Command(query);
        return (long)command.ExecuteScalar()!;
    }

    public int Execute(string statement)
    {
        using var connection = Open();
        using var command = connection.Command(statement);
        return command.ExecuteNonQuery();
    }
}
