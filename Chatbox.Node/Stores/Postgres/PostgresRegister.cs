using Chatbox.Node.Clustering;
using Chatbox.Node.Clustering.Links;
using Chatbox.Node.Stores.Sql;
using Npgsql;

namespace Chatbox.Node.Stores.Postgres;

/// <summary>
/// The register of cluster members and starting nodes in tables. Times are by the clock of the server, because the clocks of nodes may
/// differ.
/// </summary>
internal sealed class PostgresRegister(string connectionString, PostgresPresence presence) : IClusterRegister
{
    private const string Members = "cluster_member";
    private const string Candidates = "cluster_candidate";

    /// <summary>The statements that create both tables.</summary>
    public static IReadOnlyList<string> Tables { get; } =
    [
        .. new[] { Members, Candidates }.Select(table =>
            $"""
                CREATE TABLE IF NOT EXISTS {table} (
                  host text NOT NULL, port integer NOT NULL, seen timestamptz NOT NULL, PRIMARY KEY (host, port)
                )
                """
        ),
        // The lock of this incarnation is held; null for nodes of releases without such locks.
        $"ALTER TABLE {Members} ADD COLUMN IF NOT EXISTS incarnation integer",
    ];

    /// <summary>Advisory lock that lets one node at a time form the cluster.</summary>
    private const long FormingLock = PostgresIndexDatabase.SchemaLock + 2;

    public async Task<IReadOnlyList<ClusterAddress>> Others(ClusterAddress self, CancellationToken cancellationToken)
    {
        await using var connection = await Open(cancellationToken);
        return await Alive(connection, Members, self, cancellationToken);
    }

    public async Task<IReadOnlyList<ClusterAddress>> Announce(ClusterAddress self, CancellationToken cancellationToken)
    {
        await using var connection = await Open(cancellationToken);
        await Note(connection, Candidates, self, cancellationToken);
        return await Alive(connection, Candidates, self, cancellationToken);
    }

    public async Task<bool> TryForm(ClusterAddress self, CancellationToken cancellationToken)
    {
        await using var connection = await Open(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var gate = connection.Command($"SELECT pg_advisory_xact_lock({FormingLock})"))
            await gate.ExecuteNonQueryAsync(cancellationToken);
        if ((await Alive(connection, Members, self, cancellationToken)).Count > 0)
            return false;

        await Note(connection, Members, self, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private static async Task<IReadOnlyList<ClusterAddress>> Alive(
        NpgsqlConnection connection,
        string table,
        ClusterAddress self,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.Command(
            $"SELECT host, port FROM {table} WHERE seen > clock_timestamp() - @lifetime AND NOT (host = @host AND port = @port)",
            ("lifetime", IClusterRegister.Lifetime),
            ("host", self.Host),
            ("port", self.Port)
        );
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var others = new List<ClusterAddress>();
        while (await rows.ReadAsync(cancellationToken))
            others.Add(new ClusterAddress(rows.GetString(0), rows.GetInt32(1)));
        return others;
    }

    public async Task Renew(ClusterAddress self, int incarnation, CancellationToken cancellationToken)
    {
        var claimed = await presence.Claim(incarnation, cancellationToken);
        await using var connection = await Open(cancellationToken);
        await Note(connection, Members, self, cancellationToken);
        if (!claimed)
            return;
        await using var command = connection.Command(
            $"UPDATE {Members} SET incarnation = @incarnation WHERE host = @host AND port = @port AND incarnation IS DISTINCT FROM @incarnation",
            ("incarnation", incarnation),
            ("host", self.Host),
            ("port", self.Port)
        );
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<bool> HasLost(ClusterAddress node, int incarnation, CancellationToken cancellationToken)
    {
        await using var connection = await Open(cancellationToken);
        await using var command = connection.Command(
            $"SELECT EXISTS (SELECT 1 FROM {Members} WHERE host = @host AND port = @port AND incarnation = @incarnation)",
            ("host", node.Host),
            ("port", node.Port),
            ("incarnation", incarnation)
        );
        return await command.ExecuteScalarAsync(cancellationToken) is true
            && !await PostgresPresence.IsClaimed(connection, incarnation, cancellationToken);
    }

    public async Task Leave(ClusterAddress self)
    {
        await using var connection = await Open(CancellationToken.None);
        await using var command = connection.Command(
            $"DELETE FROM {Members} WHERE host = @host AND port = @port",
            ("host", self.Host),
            ("port", self.Port)
        );
        await command.ExecuteNonQueryAsync();
    }

    private static async Task Note(NpgsqlConnection connection, string table, ClusterAddress node, CancellationToken cancellationToken)
    {
        // clock_timestamp() is the current time; now() is the start of the transaction, which may have waited for a lock.
        await using var command = connection.Command(
            $"INSERT INTO {table} VALUES (@host, @port, clock_timestamp()) ON CONFLICT (host, port) DO UPDATE SET seen = excluded.seen",
            ("host", node.Host),
            ("port", node.Port)
        );
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<NpgsqlConnection> Open(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }
}
