using System.Buffers.Binary;
using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Chatbox.Node.Stores.Index.Sql;
using LinqToDB;
using LinqToDB.Data;
using Npgsql;

namespace Chatbox.Node.Stores.Postgres;

/// <summary>The index in PostgreSQL, shared by all nodes. Writers take turns by advisory locks, a session each.</summary>
internal sealed class PostgresIndexDatabase(string connectionString) : IndexDatabase
{
    /// <summary>Any number that no other program on this database uses, and no session is likely to have.</summary>
    public const long SchemaLock = 0x6368_6174_626F_78;

    // Classes of SQLSTATE: what was asked for is wrong, whatever the server's state.
    private static readonly string[] Defects = ["22", "23", "42"];

    public override DataOptions Options { get; } = new DataOptions().UseConnectionString(ProviderName.PostgreSQL15, connectionString);

    public override string Name => "PostgreSQL";

    // Collation C: the order of session ids and user ids must be that of their bytes, as in cursors and in SQLite.
    public override string Translate(string statement) =>
        statement
            .Replace("{text}", "text COLLATE \"C\"", StringComparison.Ordinal)
            .Replace("{blob}", "bytea", StringComparison.Ordinal)
            .Replace("{identity}", "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY", StringComparison.Ordinal)
            .Replace("{clustered}", "", StringComparison.Ordinal);

    public override Task LockSchema(DataConnection db, CancellationToken cancellationToken) =>
        db.ExecuteAsync($"SELECT pg_advisory_xact_lock({SchemaLock})", cancellationToken);

    public override Task LockSessions(DataConnection db, IEnumerable<string> sessions, CancellationToken cancellationToken)
    {
        // In one order everywhere: two writers that wait for each other would be a deadlock.
        var locks = sessions.Select(LockOf).Distinct().Order();
        var numbers = string.Join(",", locks.Select(number => number.ToString(CultureInfo.InvariantCulture)));
        return db.ExecuteAsync($"SELECT pg_advisory_xact_lock(n) FROM unnest('{{{numbers}}}'::bigint[]) AS n", cancellationToken);
    }

    /// <summary>Nothing: other rows overwrite what is erased, after a vacuum has freed its place.</summary>
    public override Task Scrub(DataConnection db, CancellationToken cancellationToken) => Task.CompletedTask;

    public override bool IsOutage(DbException failure) =>
        failure is not PostgresException refused || !Defects.Contains(refused.SqlState[..2], StringComparer.Ordinal);

    // Two sessions that share a lock only wait for each other.
    private static long LockOf(string session) => BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(session)));
}
