using Microsoft.Data.Sqlite;

namespace Chatbox.Tests.Harness;

/// <summary>Counts the rows in the journal of a node on SQLite.</summary>
internal static class JournalRows
{
    /// <summary>The rows of all persistent actors whose id matches the SQL <c>LIKE</c> pattern.</summary>
    public static long Of(TestNode node, string persistenceId) => By(node, persistenceId).Values.Sum();

    /// <summary>The rows of each persistent actor whose id matches the SQL <c>LIKE</c> pattern.</summary>
    public static IReadOnlyDictionary<string, long> By(TestNode node, string persistenceId = "%") =>
        By(node.Options.Store.DataDirectory, persistenceId, "%");

    /// <summary>The rows of a data folder with this manifest.</summary>
    public static long WithManifest(string dataDirectory, string manifest) => By(dataDirectory, "%", manifest).Values.Sum();

    private static SortedDictionary<string, long> By(string dataDirectory, string persistenceId, string manifest)
    {
        var address = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(dataDirectory, "chatbox.db"),
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        };
        using var connection = new SqliteConnection(address.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT persistence_id, count(*) FROM journal WHERE persistence_id LIKE $id AND manifest LIKE $manifest GROUP BY persistence_id";
        command.Parameters.AddWithValue("$id", persistenceId);
        command.Parameters.AddWithValue("$manifest", manifest);
        using var reader = command.ExecuteReader();
        var rows = new SortedDictionary<string, long>(StringComparer.Ordinal);
        while (reader.Read())
            rows[reader.GetString(0)] = reader.GetInt64(1);
        return rows;
    }
}
