using Akka.Hosting;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Chatbox.Actors.Sessions.Erasure;
using Chatbox.Node.Clustering;
using Chatbox.Node.Errors;
using Chatbox.Node.Files;
using Chatbox.Node.Identity;
using Chatbox.Node.Sealing;

namespace Chatbox.Node.Stores;

/// <summary>The database with a node's journal, snapshots, index and encryption probes.</summary>
internal abstract class NodeStore : IDisposable
{
    /// <summary>Name of the store in <c>readyz</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The setting with the address of the store, for error messages.</summary>
    public abstract string Setting { get; }

    /// <summary>Removes the remains of deleted rows from files; null if the database server does so.</summary>
    public abstract IStorePurge? Purge { get; }

    /// <summary>The register of nodes that share the store; null for a store of a single node.</summary>
    public virtual IClusterRegister? Register => null;

    /// <summary>Path of the journal plugin in the configuration of the actor system.</summary>
    public abstract string JournalPlugin { get; }

    /// <summary>The probes of the keys that encrypted anything in the store.</summary>
    public abstract ISealingProbes Probes { get; }

    /// <summary>Tells whether the store has any content.</summary>
    public abstract IStoredContent Content { get; }

    /// <summary>Called with what the start of the store is doing, as text that is safe to show to anybody.</summary>
    public Action<string>? Progress { get; set; }

    /// <summary>
    /// Connects to the store and creates missing tables, before any part of the node starts. Several nodes may call it at the same time.
    /// </summary>
    /// <exception cref="StartupException">The store cannot be reached, or is unsuitable.</exception>
    public abstract Task Prepare();

    /// <summary>
    /// Locks the store until disposal: shared, as nodes do, or exclusively, as <c>rekey</c> does. The lock of the data folder protects the
    /// store of a single node.
    /// </summary>
    /// <exception cref="StartupException">Another program holds a conflicting lock.</exception>
    public virtual Task Hold(bool alone) => Task.CompletedTask;

    /// <summary>The failure of a start in words for the operator; null if the store is not its cause.</summary>
    public abstract StartupException? Explain(Exception failure);

    /// <summary>What the database lacks for this many nodes, as a warning for the operator; null if it has enough. Call it while the store is held.</summary>
    /// <param name="nodes">Number of nodes that the configuration names; more may already run.</param>
    public virtual Task<string?> FindShortage(int nodes, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <summary>The connections of the pool now; null for a store without a pool that can be read.</summary>
    public virtual PoolUsage? ReadPool() => null;

    /// <summary>What is wrong with the store now, as text that is safe to show to anybody; null if it works. Creates nothing.</summary>
    public abstract Task<string?> FindFault(CancellationToken cancellationToken);

    /// <summary>The rows and bytes of each kind of data; null if this store cannot count them.</summary>
    public virtual Task<IReadOnlyList<StoredKind>?> Count(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<StoredKind>?>(null);

    /// <summary>Adds the journal and the snapshots of this store to an actor system.</summary>
    public AkkaConfigurationBuilder AddPersistence(AkkaConfigurationBuilder builder) =>
        AddPlugins(builder).AddHocon(Limits(ConcurrentRecoveries), HoconAddMode.Prepend);

    /// <summary>Creates the index in the same database.</summary>
    public abstract ISessionIndex CreateIndex(IContentCipher cipher, TimeProvider clock);

    /// <summary>The audit trail in the same database; the index creates its tables.</summary>
    public abstract IAuditTrail CreateAuditTrail();

    /// <summary>The ratings in the same database; the index writes them.</summary>
    public abstract IRatings CreateRatings(IContentCipher cipher);

    /// <summary>Withdrawn tokens in the same database; the index creates their table.</summary>
    public abstract ITokenWithdrawals CreateWithdrawals();

    /// <summary>The records of files in the same database; the index creates their tables.</summary>
    public abstract IFileRecords CreateFileRecords(IContentCipher cipher);

    /// <summary>The end of the records of files.</summary>
    public abstract IFileRemovals CreateFileRemovals();

    /// <summary>The records of files as operators see them.</summary>
    public abstract IFileInventory CreateFileInventory();

    /// <summary>The records of uploads in several requests in the same database; the index creates their tables.</summary>
    public abstract IOpenUploads CreateOpenUploads(IContentCipher cipher);

    public virtual void Dispose() { }

    /// <summary>Maximum number of persistent actors that recover at the same time, at least 1.</summary>
    protected virtual int ConcurrentRecoveries => 10;

    /// <summary>Adds the plugins of journal and snapshots.</summary>
    protected abstract AkkaConfigurationBuilder AddPlugins(AkkaConfigurationBuilder builder);

    private static string Limits(int recoveries) =>
        $$"""
            akka.persistence {
              # When a node leaves, hundreds of sessions recover at the same time on other nodes. Writes must not wait for all these reads.
              max-concurrent-recoveries = {{recoveries}}
              # A circuit breaker would treat a slow store, or a refused writer, as an outage, and then fail every call on this node for half
              # a minute. Here each call fails or succeeds alone; the timeout of the driver ends a call that hangs.
              journal-plugin-fallback.circuit-breaker { max-failures = {{int.MaxValue}}, call-timeout = 60s }
              # Akka's filter takes a node for the writer, and drops what a node wrote after another one had written: all events of a session
              # that moved away and came back. The journal accepts each place once, so there is nothing to filter.
              journal-plugin-fallback.replay-filter.mode = off
              snapshot-store-plugin-fallback.circuit-breaker { max-failures = {{int.MaxValue}}, call-timeout = 60s }
            }
            """;
}
