using System.Data.Common;
using Chatbox.Node.Stores.Sql;
using Npgsql;

namespace Chatbox.Node.Stores.Postgres;

/// <summary>
/// An advisory lock on the database that lasts as long as its connection, which belongs to no pool. Nodes share it, so that a program
/// which must be alone sees them, and they it. After an outage it is taken again when somebody asks.
/// </summary>
internal sealed class PostgresPresence(string connectionString) : IDisposable
{
    private const long Number = PostgresIndexDatabase.SchemaLock + 1;

    private readonly string _address = new NpgsqlConnectionStringBuilder(connectionString)
    {
        Pooling = false,
        // Silent for months otherwise: what lies between may forget it.
        TcpKeepAlive = true,
        TcpKeepAliveTime = 30,
        TcpKeepAliveInterval = 5,
    }.ConnectionString;

    private readonly SemaphoreSlim _gate = new(1);
    private NpgsqlConnection? _connection;

    /// <summary>False if others are in the way.</summary>
    public async Task<bool> Take(bool alone, CancellationToken cancellationToken = default)
    {
        var connection = new NpgsqlConnection(_address);
        await connection.OpenAsync(cancellationToken); // one that fails to open holds nothing
        await using var command = connection.Command($"SELECT pg_try_advisory_lock{(alone ? "" : "_shared")}({Number})");
        if (await command.ExecuteScalarAsync(cancellationToken) is true)
        {
            _connection = connection;
            return true;
        }

        await connection.DisposeAsync();
        return false;
    }

    /// <summary>Whether a node still has it, or has it again.</summary>
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
            // The server hears of the end of a connection a moment later; whoever comes next must not have to wait for that.
            _connection?.Execute("SELECT pg_advisory_unlock_all()");
        }
        catch (Exception e) when (e is DbException or InvalidOperationException)
        {
            // The connection is lost, and the lock with it.
        }

        _connection?.Dispose();
        _connection = null;
        _gate.Dispose();
    }

    // Asked over that very connection: the lock goes with it.
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
            // Taken anew by the caller, and if that fails, that is the answer.
            await _connection.DisposeAsync();
            _connection = null;
            return false;
        }
    }
}
