using System.Data.Common;
using Chatbox.Node.Stores.Sql;

namespace Chatbox.Tests.Harness.Stores;

/// <summary>A store that outlives the nodes which use it one after the other, with its data folder.</summary>
internal abstract class TestStore : IAsyncDisposable
{
    /// <summary>The <c>DATA_DIR</c> of the nodes.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("chatbox-test-").FullName;

    /// <summary>The settings that select this store, without <c>DATA_DIR</c>.</summary>
    public abstract IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>The words that occur anywhere in the store, in any case and encoding.</summary>
    public IReadOnlyList<string> Find(params IEnumerable<string> words) =>
        StoredFiles.FoundIn(StoredFiles.Read(Folder).Concat(Rows()), words);

    public virtual ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Everything that a database client can read, in addition to the files of the data folder.</summary>
    protected abstract IEnumerable<byte[]> Rows();
}

/// <summary>A test store that is queried in SQL.</summary>
internal abstract class SqlTestStore : TestStore
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>SQL for the bytes of a column with a changed last byte.</summary>
    public abstract string Damaged(string column);

    /// <summary>Opens a connection for the test.</summary>
    public abstract DbConnection Open();

    /// <summary>Makes every write of a node wait until the result is disposed of. Kill the node before that.</summary>
    public abstract IDisposable Hold();

    /// <summary>Polls until a query returns this number.</summary>
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
