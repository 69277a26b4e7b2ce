using Chatbox.Node.Clustering;
using Chatbox.Node.Configuration;
using Npgsql;

namespace Chatbox.Node.Stores;

/// <summary>The members of the cluster in a table, by the clock of the server: those of the nodes may differ.</summary>
internal sealed class PostgresRegister(string connectionString) : IClusterRegister
{
    public const string Table = """
        CREATE TABLE IF NOT EXISTS cluster_member (
          host text NOT NULL, port integer NOT NULL, seen timestamptz NOT NULL, PRIMARY KEY (host, port)
        )
        """;

    public async Task<IReadOnlyList<ClusterAddress>> Others(ClusterAddress self, CancellationToken cancellationToken)
    {
        await using var connection = await Open(cancellationToken);
        await using var command = connection.Command(
            "SELECT host, port FROM cluster_member WHERE seen > now() - @lifetime AND NOT (host = @host AND port = @port)",
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
