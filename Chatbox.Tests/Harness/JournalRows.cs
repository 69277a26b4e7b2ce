using Microsoft.Data.Sqlite;

namespace Chatbox.Tests.Harness;

/// <summary>Counts the rows in the journal of a node on SQLite.</summary>
internal static class JournalRows
{
    /// <summary>The rows of all persistent actors whose id matches the SQL <c>LIKE</c> pattern.</summary>
    public static long Of(TestNode node, string persistenceId) => By(node, persistenceId).Values.Sum();

    /// <summary>The rows of each persistent actor whose id matches the SQL <c>LIKE</c> pattern.</summary>
    public static IReadOnlyDictionary<string, long> By(TestNode node, string persistenceId = "%")
    {
        var address = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(node.Options.Store.DataDirectory, "chatbox.db"),
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        };
        using var connection = new SqliteConnection(address.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT persistence_id, count(*) FROM journal WHERE persistence_id LIKE $id GROUP BY persistence_id";
        command.Parameters.AddWithValue("$id", persistenceId);
        using var reader = command.ExecuteReader();
        var rows = new SortedDictionary<string, long>(StringComparer.Ordinal);
        while (reader.Read())
            rows[reader.GetString(0)] = reader.GetInt64(1);
        return rows;
    }
}
