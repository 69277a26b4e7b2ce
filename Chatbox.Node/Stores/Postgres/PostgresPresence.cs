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

    /// <summary>Class of the locks that stand for incarnations of nodes. Locks with two numbers never meet <see cref="Number"/>.</summary>
    public const int Incarnations = 0x43_42_4e_44;

    private int? _incarnation;

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
            if (await command.ExecuteScalarAsync(cancellationToken) is not true)
                return false;
            if (_incarnation is { } incarnation)
                await Lock(connection, incarnation, cancellationToken);
            Connection = connection;
            return true;
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

    /// <summary>
    /// Takes a second lock that stands for one incarnation of this node, and takes it again after an outage. PostgreSQL frees the lock when the
    /// process ends, however it ends.
    /// </summary>
    /// <returns>False if there is no connection now.</returns>
    public async Task<bool> Claim(int incarnation, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (!await IsAlive(cancellationToken))
                return false;
            if (_incarnation != incarnation)
                await Lock(Connection!, incarnation, cancellationToken);
            _incarnation = incarnation;
            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Whether any connection holds the lock of an incarnation, as its server sees it now.</summary>
    public static async Task<bool> IsClaimed(NpgsqlConnection connection, int incarnation, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(
            """
            SELECT EXISTS (
              SELECT 1 FROM pg_locks
              WHERE locktype = 'advisory' AND objsubid = 2 AND granted
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND classid::bigint = @class AND objid::bigint = @incarnation
            )
            """,
            ("class", (long)Incarnations),
            ("incarnation", (long)unchecked((uint)incarnation))
        );
        return await command.ExecuteScalarAsync(cancellationToken) is true;
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

    // Shared, so that a lost connection that the server has not noticed yet does not stand in the way of its successor.
    private static async Task Lock(NpgsqlConnection connection, int incarnation, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(
            "SELECT pg_advisory_lock_shared(@class, @incarnation)",
            ("class", Incarnations),
            ("incarnation", incarnation)
        );
        await command.ExecuteNonQueryAsync(cancellationToken);
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
