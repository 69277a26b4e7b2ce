using Chatbox.Node.Clustering;
using Chatbox.Node.Configuration;
using Chatbox.Node.Stores.Index;
using Npgsql;

namespace Chatbox.Node.Stores;

/// <summary>The members of the cluster and the nodes that start, in tables, by the clock of the server: the clocks of the nodes may differ.</summary>
internal sealed class PostgresRegister(string connectionString) : IClusterRegister
{
    public const string Table = """
        CREATE TABLE IF NOT EXISTS cluster_member (
          host text NOT NULL, port integer NOT NULL, seen timestamptz NOT NULL, PRIMARY KEY (host, port)
        )
        """;

    /// <summary>Nodes that start; not members yet.</summary>
    public const string CandidateTable = """
        CREATE TABLE IF NOT EXISTS cluster_candidate (
          host text NOT NULL, port integer NOT NULL, seen timestamptz NOT NULL, PRIMARY KEY (host, port)
        )
        """;

    /// <summary>Advisory lock that is held while a node is granted the forming of the cluster.</summary>
    private const long FormingLock = PostgresIndexDatabase.SchemaLock + 2;

    public async Task<IReadOnlyList<ClusterAddress>> Others(ClusterAddress self, CancellationToken cancellationToken)
    {
        await using var connection = await Open(cancellationToken);
        return await Alive(connection, "cluster_member", self, cancellationToken);
    }

    public async Task<IReadOnlyList<ClusterAddress>> Announce(ClusterAddress self, CancellationToken cancellationToken)
    {
        await Execute(
            "INSERT INTO cluster_candidate VALUES (@host, @port, now()) ON CONFLICT (host, port) DO UPDATE SET seen = excluded.seen",
            self,
            cancellationToken
        );
        await using var connection = await Open(cancellationToken);
        return await Alive(connection, "cluster_candidate", self, cancellationToken);
    }

    public async Task<bool> TryForm(ClusterAddress self, CancellationToken cancellationToken)
    {
        await using var connection = await Open(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var gate = connection.Command($"SELECT pg_advisory_xact_lock({FormingLock})"))
            await gate.ExecuteNonQueryAsync(cancellationToken);
        if ((await Alive(connection, "cluster_member", self, cancellationToken)).Count > 0)
            return false;

        // The clock at this moment: now() is the time of the transaction's begin, and the lock may have taken long.
        await using var entry = connection.Command(
            "INSERT INTO cluster_member VALUES (@host, @port, clock_timestamp()) ON CONFLICT (host, port) DO UPDATE SET seen = excluded.seen",
            ("host", self.Host),
            ("port", self.Port)
        );
        await entry.ExecuteNonQueryAsync(cancellationToken);
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

    public Task Renew(ClusterAddress self, CancellationToken cancellationToken) =>
        Execute(
            "INSERT INTO cluster_member VALUES (@host, @port, now()) ON CONFLICT (host, port) DO UPDATE SET seen = excluded.seen",
            self,
            cancellationToken
        );

    public Task Leave(ClusterAddress self) =>
        Execute("DELETE FROM cluster_member WHERE host = @host AND port = @port", self, CancellationToken.None);

    private async Task Execute(string text, ClusterAddress node, CancellationToken cancellationToken)
    {
        await using var connection = await Open(cancellationToken);
        await using var command = connection.Command(text, ("host", node.Host), ("port", node.Port));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<NpgsqlConnection> Open(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }
}
