using System.Data.Common;
using LinqToDB;
using LinqToDB.Data;

namespace Chatbox.Node.Stores.Index.Sql;

/// <summary>What differs between the databases that can hold the index.</summary>
internal abstract class IndexDatabase
{
    /// <summary>Longest wait for one statement, a wait for other writers included.</summary>
    private static readonly TimeSpan StatementTimeout = TimeSpan.FromSeconds(10);

    public abstract DataOptions Options { get; }

    /// <summary>Names the database in messages; holds no secret.</summary>
    public abstract string Name { get; }

    public DataConnection Connect() => new(Options) { CommandTimeout = (int)StatementTimeout.TotalSeconds };

    /// <summary>The statement in this database's own words, for the few that it has: <c>{text}</c>, <c>{blob}</c>, <c>{identity}</c>, <c>{clustered}</c>.</summary>
    public abstract string Translate(string statement);

    /// <summary>Until the transaction ends, nobody else changes the tables.</summary>
    public abstract Task LockSchema(DataConnection db, CancellationToken cancellationToken);

    /// <summary>Until the transaction ends, nobody else writes these sessions: an update that comes late cannot overtake an erasure.</summary>
    public abstract Task LockSessions(DataConnection db, IEnumerable<string> sessions, CancellationToken cancellationToken);

    /// <summary>Removes what a deletion leaves behind in the files, as far as the database can be told to.</summary>
    public abstract Task Scrub(DataConnection db, CancellationToken cancellationToken);

    /// <summary>False for what would fail again on a store that works: a defect, not an outage.</summary>
    public abstract bool IsOutage(DbException failure);
}
