using Chatbox.Node.Stores.Sql;
using Npgsql;

namespace Chatbox.Node.Stores.Postgres;

/// <summary>Compares the connections that nodes may open with those that the server has for them.</summary>
internal static class PostgresCapacity
{
    /// <summary>
    /// The smallest of the limits of the server, of the database and of the user, and the number of nodes that run. -1 stands for no limit.
    /// Each node holds the advisory lock, whose number the server stores in two halves.
    /// </summary>
    private static readonly string Query = $"""
        SELECT
          least(
            current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
            (SELECT nullif(datconnlimit, -1) FROM pg_database WHERE datname = current_database()),
            (SELECT nullif(rolconnlimit, -1) FROM pg_roles WHERE rolname = session_user)
          ),
          (
            SELECT count(*)::int FROM pg_locks
            WHERE locktype = 'advisory' AND granted AND (classid::bigint << 32) + objid::bigint = {PostgresPresence.Number}
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
          )
        """;

    /// <summary>The shortage as a warning for the operator; null if the connections suffice.</summary>
    /// <param name="expected">Number of nodes that the configuration names. More may run. All have the same settings.</param>
    /// <param name="pool">Connections of the pool of each node (<c>POSTGRES_MAX_CONNECTIONS</c>). One more holds the lock.</param>
    public static async Task<string?> FindShortage(NpgsqlConnection connection, int expected, int pool, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(Query);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        var (offered, nodes) = (row.GetInt32(0), Math.Max(expected, row.GetInt32(1)));
        var needed = nodes * (pool + 1);
        return needed <= offered
            ? null
            : $"is too large: {nodes} {(nodes == 1 ? "node" : "nodes")} can open {needed} connections ({pool} each, and one that holds a lock), and PostgreSQL has {offered} for this user. Lower it on every node, or raise that limit";
    }
}
