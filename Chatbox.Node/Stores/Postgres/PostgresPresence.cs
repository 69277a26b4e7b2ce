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
    private const long Number = PostgresIndexDatabase.SchemaLock + 1;

    private readonly string _address = new NpgsqlConnectionStringBuilder(connectionString)
    {
        Pooling = false,
        // Without traffic, network devices would drop the connection.
        TcpKeepAlive = true,
        TcpKeepAliveTime = 30,
        TcpKeepAliveInterval = 5,
    }.ConnectionString;

    private readonly SemaphoreSlim _gate = new(1);
    private NpgsqlConnection? _connection;

    /// <summary>Takes the lock; false if another program holds a conflicting lock.</summary>
    public async Task<bool> Take(bool alone, CancellationToken cancellationToken = default)
    {
        var connection = new NpgsqlConnection(_address);
        await connection.OpenAsync(cancellationToken); // a connection that fails to open needs no disposal
        await using var command = connection.Command($"SELECT pg_try_advisory_lock{(alone ? "" : "_shared")}({Number})");
        if (await command.ExecuteScalarAsync(cancellationToken) is true)
        {
            _connection = connection;
            return true;
        }

        await connection.DisposeAsync();
        return false;
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
            _connection?.Execute("SELECT pg_advisory_unlock_all()");
        }
        catch (Exception e) when (e is DbException or InvalidOperationException)
        {
            // The connection is lost, and with it the lock.
        }

        _connection?.Dispose();
        _connection = null;
        _gate.Dispose();
    }

    // The query uses the connection of the lock, because the lock ends with the connection.
    private async Task<bool> IsAlive(CancellationToken cancellationToken)
    {
        if (_connection is null)
            return false;
        try
        {
            await using var ping = _connection.Command("SELECT 1");
            await ping.ExecuteScalarAsync(cancellationToken);
            return true;
        }
        catch (Exception e) when (e is DbException or InvalidOperationException)
        {
            // The caller takes the lock again.
            await _connection.DisposeAsync();
            _connection = null;
            return false;
        }
    }
}
