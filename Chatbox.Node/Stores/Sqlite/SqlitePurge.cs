using Chatbox.Actors.Sessions.Erasure;
using Microsoft.Data.Sqlite;

namespace Chatbox.Node.Stores.Sqlite;

/// <summary>
/// Empties the write-ahead log, which keeps the pages from before a deletion until it restarts. In the file itself, SQLite overwrites
/// deleted rows at once, if the connection that deletes has set <c>secure_delete</c>.
/// </summary>
internal sealed class SqlitePurge(string connectionString) : IStorePurge
{
    // SQLite blocks the calling thread until readers and writers release the log.
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
            throw new TimeoutException("The write-ahead log could not be emptied, because it is in continuous use.");
    }
}
