using System.Globalization;

namespace Chatbox.Node.Stores.Sql;

/// <summary>Counts the rows and bytes of each kind of data in SQL. Reads every row, which takes long in a large store.</summary>
internal sealed class SqlStoredKinds(SqlStore store)
{
    private const string Owner = """
        CASE WHEN persistence_id LIKE 'session-%' THEN 'sessions' WHEN persistence_id LIKE 'user-%' THEN 'users'
        WHEN persistence_id LIKE '%/sharding/%' THEN 'sharding' ELSE 'others' END
        """;

    private static readonly (string Table, string Query)[] Queries =
    [
        ("journal", $"SELECT 'events of ' || {Owner}, count(*), sum(length(message)) FROM journal GROUP BY 1 ORDER BY 1"),
        ("snapshot", $"SELECT 'snapshots of ' || {Owner}, count(*), sum(length(snapshot)) FROM snapshot GROUP BY 1 ORDER BY 1"),
        ("sessions", "SELECT 'index: sessions', count(*), sum(length(name)) FROM sessions"),
        ("messages", "SELECT 'index: messages', count(*), sum(length(body)) FROM messages"),
        ("session_words", "SELECT 'index: words', count(*), sum(length(word)) FROM session_words"),
        ("ratings", "SELECT 'index: ratings', count(*), sum(length(comment)) FROM ratings"),
        ("files", "SELECT 'records of files', count(*), sum(length(name)) FROM files"),
        ("audit", "SELECT 'audit records', count(*), sum(length(detail)) FROM audit"),
    ];

    public async Task<IReadOnlyList<StoredKind>> Count(CancellationToken cancellationToken)
    {
        await using var connection = store.Open();
        var kinds = new List<StoredKind>();
        foreach (var (table, query) in Queries)
        {
            if (!store.HasTable(connection, table))
                continue;
            await using var command = connection.Command(query);
            command.CommandTimeout = 0; // no timeout: the operator who asked may stop waiting
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            while (await row.ReadAsync(cancellationToken))
                kinds.Add(new StoredKind(row.GetString(0), row.GetInt64(1), row.IsDBNull(2) ? 0 : Number(row.GetValue(2))));
        }

        return kinds;
    }

    private static long Number(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);
}
