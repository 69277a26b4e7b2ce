using System.Data.Common;
using Chatbox.Node.Stores.Index.Sql;
using LinqToDB;
using LinqToDB.Data;
using Microsoft.Data.Sqlite;

namespace Chatbox.Node.Stores.Sqlite;

/// <summary>The index in the SQLite file of the journal. Every transaction takes the only write lock of the file when it begins.</summary>
/// <param name="connectionString">Connection string of a file that <see cref="SqliteHosting.Prepare"/> has prepared.</param>
internal sealed class SqliteIndexDatabase(string connectionString) : IndexDatabase
{
    /// <summary>Refuses to change or delete audit records. Whoever can write to the file can drop the triggers.</summary>
    private const string AppendOnlyAudit = """
        CREATE TRIGGER audit_append_only_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
        CREATE TRIGGER audit_append_only_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
        """;

    // Result codes of SQLite.
    private const int Error = 1;
    private const int TooBig = 18;
    private const int Constraint = 19;
    private const int Mismatch = 20;
    private const int Misuse = 21;
    private const int Range = 25;

    public override DataOptions Options { get; } = SqliteHosting.DataOptions(connectionString);

    public override string Name => "SQLite";

    public override string CountTables => "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = @name";

    public override string Translate(string statement) =>
        statement
            .Replace("{text}", "text", StringComparison.Ordinal)
            .Replace("{blob}", "blob", StringComparison.Ordinal)
            .Replace("{identity}", "integer PRIMARY KEY AUTOINCREMENT", StringComparison.Ordinal)
            .Replace("{clustered}", "WITHOUT ROWID", StringComparison.Ordinal)
            .Replace("{append_only_audit}", AppendOnlyAudit, StringComparison.Ordinal)
            .Replace("{mark_tallies}", string.Join(";\n", TallyTriggers.All.Select(Write)), StringComparison.Ordinal);

    public override Task LockSchema(DataConnection db, CancellationToken cancellationToken) => Task.CompletedTask;

    public override Task LockSessions(DataConnection db, IEnumerable<string> sessions, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    public override async Task<T> Snapshot<T>(DataConnection db, Func<Task<T>> reads, CancellationToken cancellationToken)
    {
        // The driver's own transactions would take the write lock.
        await db.ExecuteAsync("BEGIN DEFERRED", cancellationToken);
        try
        {
            return await reads();
        }
        finally
        {
            await db.ExecuteAsync("ROLLBACK", CancellationToken.None);
        }
    }

    /// <summary>
    /// Empties the write-ahead log, which still contains the old pages. In the file, secure_delete overwrites deleted rows.
    /// </summary>
    public override Task Scrub(DataConnection db, CancellationToken cancellationToken) =>
        db.ExecuteAsync("PRAGMA wal_checkpoint(TRUNCATE)", cancellationToken);

    public override bool IsOutage(DbException failure) =>
        failure is not SqliteException { SqliteErrorCode: Error or TooBig or Constraint or Mismatch or Misuse or Range };

    private static string Write(TallyTrigger trigger) =>
        $"CREATE TRIGGER {trigger.Name} AFTER {trigger.Event} ON {trigger.Table} WHEN {trigger.Condition} BEGIN {trigger.Body} END";
}
