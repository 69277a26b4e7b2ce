using System.Data.Common;
using Chatbox.Messages.Sessions;
using Chatbox.Node.Sealing;
using Chatbox.Node.Stores.Index;

namespace Chatbox.Node.Stores.Sql;

/// <summary>Looks for content in SQL. Some tables are missing if no node has started on the store yet.</summary>
internal sealed class SqlStoredContent(SqlStore store) : IStoredContent
{
    /// <summary>Rows from each end of a table that a quick check reads.</summary>
    private const int Glance = 100;

    // A range instead of LIKE, so that the database uses the index of the column.
    private const string OfSessions = "persistence_id >= 'session-' AND persistence_id < 'session.'";

    public bool HasAny()
    {
        using var connection = store.Open();
        return Any(connection, "journal", $"SELECT 1 FROM journal WHERE {OfSessions} LIMIT 1")
            || Any(connection, "snapshot", $"SELECT 1 FROM snapshot WHERE {OfSessions} LIMIT 1")
            || Any(connection, "sessions", "SELECT 1 FROM sessions LIMIT 1")
            || Any(connection, "messages", "SELECT 1 FROM messages LIMIT 1")
            || Any(connection, "files", "SELECT 1 FROM files LIMIT 1");
    }

    public bool HasSealed(bool everywhere)
    {
        using var connection = store.Open();
        return IsSealed("journal", SealedEvent.RowManifest, "ordering")
            || IsSealed("snapshot", SealedSnapshot.RowManifest, "persistence_id, sequence_number")
            || Names("session_id").Any(SealedColumns.IsSealed)
            || Names("session_id DESC").Any(SealedColumns.IsSealed);

        bool IsSealed(string table, string manifest, string order)
        {
            var backwards = string.Join(", ", order.Split(", ").Select(column => $"{column} DESC"));
            string[] parts = everywhere
                ? [table]
                :
                [
                    $"(SELECT manifest FROM {table} ORDER BY {order} LIMIT {Glance}) first_rows",
                    $"(SELECT manifest FROM {table} ORDER BY {backwards} LIMIT {Glance}) last_rows",
                ];
            return parts.Any(part => Any(connection, table, $"SELECT 1 FROM {part} WHERE manifest = '{manifest}' LIMIT 1"));
        }

        IEnumerable<byte[]> Names(string order)
        {
            if (!store.HasTable(connection, "sessions"))
                yield break;
            using var names = connection.Command($"SELECT name FROM sessions ORDER BY {order} LIMIT {Glance}");
            using var reader = names.ExecuteReader();
            while (reader.Read())
                yield return reader.GetFieldValue<byte[]>(0);
        }
    }

    private bool Any(DbConnection connection, string table, string query)
    {
        if (!store.HasTable(connection, table))
            return false;
        using var command = connection.Command(query);
        command.CommandTimeout = 0; // no timeout: a check of every row takes long in a large table
        return command.ExecuteScalar() is not null;
    }
}
