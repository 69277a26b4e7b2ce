using Chatbox.Actors.Sealing;
using Microsoft.Data.Sqlite;

namespace Chatbox.Node.Sealing;

/// <summary>
/// Goes over every table that holds content, in batches that are each committed, and writes what is not sealed with the first key anew.
/// Leaves no trace of what stood there before: neither in the write-ahead log nor in pages that are no longer used.
/// </summary>
internal sealed class StoreRekey(string connectionString, AesContentCipher cipher, TextWriter progress)
{
    private const int RowsToALine = 10_000;

    private readonly IReadOnlyList<IRekeyedTable> _tables =
    [
        new RekeyedRows("journal", "message", cipher),
        new RekeyedRows("snapshot", "snapshot", cipher),
        new RekeyedSessions(cipher),
    ];

    /// <exception cref="ContentSealedException">A row cannot be opened; those before it are done.</exception>
    public void Run()
    {
        using var connection = new SqliteConnection(connectionString);
        connection.Open();
        Execute(connection, "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON");
        var renewed = _tables.Where(table => Exists(connection, table.Name)).Sum(table => Run(connection, table));
        if (renewed > 0)
            Execute(connection, "VACUUM");
        Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    private long Run(SqliteConnection connection, IRekeyedTable table)
    {
        var (read, renewed, after) = (0L, 0L, long.MinValue);
        while (true)
        {
            using var transaction = connection.BeginTransaction();
            var (rows, changed, last) = RunBatch(connection, transaction, table, after);
            transaction.Commit();
            if (rows == 0)
                break;
            if ((read + rows) / RowsToALine > read / RowsToALine)
                progress.WriteLine($"{table.Name}: {read + rows} rows, {renewed + changed} of them written anew …");
            (read, renewed, after) = (read + rows, renewed + changed, last);
        }

        progress.WriteLine($"{table.Name}: {read} rows, {renewed} of them written anew.");
        return renewed;
    }

    private static (int Rows, int Changed, long Last) RunBatch(
        SqliteConnection connection,
        SqliteTransaction transaction,
        IRekeyedTable table,
        long after
    )
    {
        using var select = connection.CreateCommand();
        select.Transaction = transaction;
        select.CommandText = $"SELECT rowid, {table.Columns} FROM {table.Name} WHERE rowid > $after ORDER BY rowid LIMIT {table.Batch}";
        select.Parameters.AddWithValue("$after", after);
        var (rows, changed, last) = (0, 0, after);
        var updates = new List<SqliteCommand>();
        using (var row = select.ExecuteReader())
            while (row.Read())
            {
                (rows, last) = (rows + 1, row.GetInt64(0));
                var renewed = table.Renew(row, transaction);
                changed += renewed.Count > 0 ? 1 : 0;
                updates.AddRange(renewed);
            }

        foreach (var update in updates)
            using (update)
                update.ExecuteNonQuery();
        return (rows, changed, last);
    }

    private static bool Exists(SqliteConnection connection, string table)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = $name";
        command.Parameters.AddWithValue("$name", table);
        return (long)command.ExecuteScalar()! > 0;
    }

    private static void Execute(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }
}
