using Chatbox.Actors.Sessions.Erasure;
using Microsoft.Data.Sqlite;

namespace Chatbox.Node.Stores.Sqlite;

/// <summary>
/// Empties the write-ahead log: it keeps pages as they were before a deletion until it starts over. In the file itself, deleted rows are
/// overwritten at once (<c>secure_delete</c>, which every connection that deletes must set).
/// </summary>
internal sealed class SqlitePurge(string connectionString) : IStorePurge
{
    // SQLite waits in the calling thread, for readers and writers to let go of the log.
    public Task Purge(CancellationToken cancellationToken) => Task.Run(Truncate, cancellationToken);

    private void Truncate()
    {
        using var connection = new SqliteConnection(connectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA busy_timeout = 5000; PRAGMA wal_checkpoint(TRUNCATE)";
        using var result = command.ExecuteReader();
        result.NextResult();
        if (!result.Read() || result.GetInt64(0) != 0)
            throw new TimeoutException("The write-ahead log could not be emptied: it is in use without a pause.");
    }
}
