using System.Data.Common;
using Chatbox.Node.Stores.Sql;
using Npgsql;

namespace Chatbox.Node.Stores.Postgres;

/// <summary>
/// An advisory lock on the database, held by a connection outside the pool. Nodes hold it shared, and <c>rekey</c> takes it exclusively, so
/// that both exclude each other. After an outage, the next check takes the lock again.
/// </summary>
internal sealed class PostgresPresence(string connectionString) : IDisposable
{
    /// <summary>Number of the lock.</summary>
    public const long Number = PostgresIndexDatabase.SchemaLock + 1;

    private readonly string _address = new NpgsqlConnectionStringBuilder(connectionString)
    {
        Pooling = false,
        // Without traffic, network devices would drop the connection.
        TcpKeepAlive = true,
        TcpKeepAliveTime = 30,
        TcpKeepAliveInterval = 5,
    }.ConnectionString;

    private readonly SemaphoreSlim _gate = new(1);

    /// <summary>The connection that holds the lock; null while nothing is held.</summary>
    public NpgsqlConnection? Connection { get; private set; }

    /// <summary>Takes the lock; false if another program holds a conflicting lock.</summary>
    public async Task<bool> Take(bool alone, CancellationToken cancellationToken = default)
    {
        var connection = new NpgsqlConnection(_address);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var command = connection.Command($"SELECT pg_try_advisory_lock{(alone ? "" : "_shared")}({Number})");
            if (await command.ExecuteScalarAsync(cancellationToken) is true)
                Connection = connection;
            return Connection == connection;
        }
        finally
        {
            if (Connection != connection)
                await connection.DisposeAsync();
        }
    }

    /// <summary>Whether the node still has the lock, or took it again.</summary>
    public async Task<bool> IsShared(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return await IsAlive(cancellationToken) || await Take(alone: false, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        try
        {
            // The server notices the end of a connection with a delay, for which the next program must not wait.
            Connection?.Execute("SELECT pg_advisory_unlock_all()");
        }
        catch (Exception e) when (e is DbException or InvalidOperationException)
        {
            // The connection is lost, and with it the lock.
        }

        Connection?.Dispose();
        Connection = null;
        _gate.Dispose();
    }

    // The query uses the connection of the lock, because the lock ends with the connection.
    private async Task<bool> IsAlive(CancellationToken cancellationToken)
    {
        if (Connection is null)
            return false;
        try
        {
            await using var ping = Connection.Command("SELECT 1");
            await ping.ExecuteScalarAsync(cancellationToken);
            return true;
        }
        catch (Exception e) when (e is DbException or InvalidOperationException)
        {
            // The caller takes the lock again.
            await Connection.DisposeAsync();
            Connection = null;
            return false;
        }
    }
}
