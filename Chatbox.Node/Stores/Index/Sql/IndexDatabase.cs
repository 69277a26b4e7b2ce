using System.Data.Common;
using LinqToDB;
using LinqToDB.Data;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>The differences between the SQL databases that can hold the index.</summary>
internal abstract class IndexDatabase
{
    /// <summary>Timeout of a statement, including the wait for other writers.</summary>
    private static readonly TimeSpan StatementTimeout = TimeSpan.FromSeconds(10);

    public abstract DataOptions Options { get; }

    /// <summary>Name of the database in messages, without secrets.</summary>
    public abstract string Name { get; }

    /// <summary>Query that counts the tables with the name <c>@name</c>.</summary>
    public abstract string CountTables { get; }

    /// <summary>Called before each statement of a migration with its number, from 1, and the number of statements.</summary>
    public Action<int, int>? Migrating { get; set; }

    /// <summary>Connection of a user who may change tables.</summary>
    public virtual DataConnection ConnectForMigration() => Connect();

    public DataConnection Connect() => new(Options) { CommandTimeout = (int)StatementTimeout.TotalSeconds };

    /// <summary>
    /// Replaces <c>{text}</c>, <c>{blob}</c>, <c>{identity}</c> and <c>{clustered}</c> by the words of this database,
    /// <c>{append_only_audit}</c> by what makes it refuse to change or delete audit records, and <c>{mark_tallies}</c> by the triggers
    /// (<see cref="TallyTriggers"/>).
    /// </summary>
    public abstract string Translate(string statement);

    /// <summary>Excludes other migrations until the transaction ends.</summary>
    public abstract Task LockSchema(DataConnection db, CancellationToken cancellationToken);

    /// <summary>
    /// Excludes other writes of these sessions until the transaction ends, so that a late update cannot overtake an erasure.
    /// </summary>
    public abstract Task LockSessions(DataConnection db, IEnumerable<string> sessions, CancellationToken cancellationToken);

    /// <summary>Runs reads that see the database as it was at one moment.</summary>
    public abstract Task<T> Snapshot<T>(DataConnection db, Func<Task<T>> reads, CancellationToken cancellationToken);

    /// <summary>Removes the remains of deleted rows from the files, as far as the database supports it.</summary>
    public abstract Task Scrub(DataConnection db, CancellationToken cancellationToken);

    /// <summary>Whether the same call may succeed later; false for a defect, which would fail again on a healthy database.</summary>
    public abstract bool IsOutage(DbException failure);
}
