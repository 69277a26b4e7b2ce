using System.Buffers.Binary;
using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Chatbox.Node.Stores.Index.Sql;
using LinqToDB;
using LinqToDB.Data;
using Npgsql;

namespace Chatbox.Node.Stores.Postgres;

/// <summary>The index in PostgreSQL, shared by all nodes. Writers of a session exclude each other by an advisory lock.</summary>
/// <param name="migrationConnectionString">Connection string of a user who may change tables; null if it is the same user.</param>
internal sealed class PostgresIndexDatabase(string connectionString, string? migrationConnectionString = null) : IndexDatabase
{
    /// <summary>Number of the advisory lock for migrations: any number that no other program on this database uses.</summary>
    public const long SchemaLock = 0x6368_6174_626F_78;

    /// <summary>Refuses to change or delete audit records. Only the owner of the table can switch it off.</summary>
    private const string AppendOnlyAudit = """
        CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN
          RAISE EXCEPTION 'the audit trail is append-only';
        END $body$;
        CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
          FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()
        """;

    // SQLSTATE classes of errors in the statement or its data, which would occur again on a healthy server.
    private static readonly string[] Defects = ["22", "23", "42"];

    public override DataOptions Options { get; } = new DataOptions().UseConnectionString(ProviderName.PostgreSQL15, connectionString);

    public override DataConnection ConnectForMigration() =>
        migrationConnectionString is null
            ? Connect()
            : new DataConnection(new DataOptions().UseConnectionString(ProviderName.PostgreSQL15, migrationConnectionString));

    public override string Name => "PostgreSQL";

    public override string CountTables =>
        "SELECT count(*) FROM pg_tables WHERE schemaname = ANY (current_schemas(false)) AND tablename = @name";

    // Collation C orders ids by their bytes, as cursors and SQLite do.
    public override string Translate(string statement) =>
        statement
            .Replace("{text}", "text COLLATE \"C\"", StringComparison.Ordinal)
            .Replace("{blob}", "bytea", StringComparison.Ordinal)
            .Replace("{identity}", "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY", StringComparison.Ordinal)
            .Replace("{clustered}", "", StringComparison.Ordinal)
            .Replace("{append_only_audit}", AppendOnlyAudit, StringComparison.Ordinal)
            .Replace("{mark_tallies}", string.Join(";\n", TallyTriggers.All.Select(Write)), StringComparison.Ordinal);

    public override Task LockSchema(DataConnection db, CancellationToken cancellationToken) =>
        db.ExecuteAsync($"SELECT pg_advisory_xact_lock({SchemaLock})", cancellationToken);

    public override Task LockSessions(DataConnection db, IEnumerable<string> sessions, CancellationToken cancellationToken)
    {
        // The same order everywhere prevents deadlocks between writers.
        var locks = sessions.Select(LockOf).Distinct().Order();
        var numbers = string.Join(",", locks.Select(number => number.ToString(CultureInfo.InvariantCulture)));
        return db.ExecuteAsync($"SELECT pg_advisory_xact_lock(n) FROM unnest('{{{numbers}}}'::bigint[]) AS n", cancellationToken);
    }

    public override async Task<T> Snapshot<T>(DataConnection db, Func<Task<T>> reads, CancellationToken cancellationToken)
    {
        await using var transaction = await db.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        return await reads();
    }

    /// <summary>Does nothing: PostgreSQL overwrites erased rows with other rows after a vacuum.</summary>
    public override Task Scrub(DataConnection db, CancellationToken cancellationToken) => Task.CompletedTask;

    public override bool IsOutage(DbException failure) =>
        failure is not PostgresException refused || !Defects.Contains(refused.SqlState[..2], StringComparer.Ordinal);

    // Two sessions with the same lock number wait for each other, which does no harm.
    private static long LockOf(string session) => BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(session)));

    private static string Write(TallyTrigger trigger) =>
        $"""
            CREATE OR REPLACE FUNCTION {trigger.Name}() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN {trigger.Body} RETURN NULL; END $body$;
            CREATE TRIGGER {trigger.Name} AFTER {trigger.Event} ON {trigger.Table} FOR EACH ROW WHEN ({trigger.Condition})
              EXECUTE FUNCTION {trigger.Name}()
            """;
}
