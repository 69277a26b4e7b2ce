using Chatbox.Node.Stores.Postgres;
using Npgsql;

namespace Chatbox.Benchmarks.Processes;

/// <summary>
/// A PostgreSQL database for one measurement, dropped afterwards. Nodes would recover sessions that an earlier measurement left behind.
/// </summary>
internal sealed class TemporaryDatabase : IAsyncDisposable
{
    private static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(30);

    private readonly string _maintenance;
    private readonly string _name;

    private TemporaryDatabase(string maintenance, string name) => (_maintenance, _name) = (maintenance, name);

    /// <summary>The address for <c>POSTGRES_URI</c>, as an Npgsql connection string.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder(_maintenance) { Database = _name }.ConnectionString;

    /// <param name="address">
    /// A database on the same server whose user may create databases: postgres://user:password@host:port/database.
    /// </param>
    /// <exception cref="NpgsqlException">The server does not respond or does not permit it.</exception>
    public static async Task<TemporaryDatabase> Create(string address, CancellationToken cancellationToken)
    {
        var maintenance = PostgresAddress.ToConnectionString(address, CommandTimeout, maxConnections: 2);
        var database = new TemporaryDatabase(maintenance, $"benchmark_{Guid.NewGuid():n}");
        await database.Execute($"CREATE DATABASE {database._name}", cancellationToken);
        return database;
    }

    public async ValueTask DisposeAsync() => await Execute($"DROP DATABASE {_name} WITH (FORCE)", CancellationToken.None);

    private async Task Execute(string command, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(_maintenance);
        await using var sql = source.CreateCommand(command);
        await sql.ExecuteNonQueryAsync(cancellationToken);
    }
}
