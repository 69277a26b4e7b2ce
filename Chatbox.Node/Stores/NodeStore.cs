using Akka.Hosting;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Chatbox.Actors.Sessions.Erasure;
using Chatbox.Node.Clustering;
using Chatbox.Node.Errors;
using Chatbox.Node.Identity;
using Chatbox.Node.Sealing;

namespace Chatbox.Node.Stores;

/// <summary>The one database that holds a node's journal, snapshots and index, and the probes of the keys that seal them.</summary>
internal abstract class NodeStore : IDisposable
{
    /// <summary>As <c>readyz</c> calls it.</summary>
    public abstract string Name { get; }

    /// <summary>The setting that says where it is: to be named when it does not work.</summary>
    public abstract string Setting { get; }

    /// <summary>What removes the remains of deleted rows; null where that is the server's own work.</summary>
    public abstract IStorePurge? Purge { get; }

    /// <summary>Where the nodes that share it know of each other; null for a store of one node.</summary>
    public virtual IClusterRegister? Register => null;

    /// <summary>Path of the journal's plugin in the actor system's configuration.</summary>
    public abstract string JournalPlugin { get; }

    /// <summary>What tells which keys have sealed anything here.</summary>
    public abstract ISealingProbes Probes { get; }

    /// <summary>What tells whether it holds any content yet.</summary>
    public abstract IStoredContent Content { get; }

    /// <summary>Makes ready what the node's parts find there; to be called before any of them starts. Several nodes may do so at once.</summary>
    /// <exception cref="StartupException">It cannot be reached, or is not what it should be.</exception>
    public abstract Task Prepare();

    /// <summary>
    /// Lets nobody be alone on it until it is disposed of, or lets nobody else be on it. A store of one node is held by its folder.
    /// </summary>
    /// <exception cref="StartupException">Others are in the way.</exception>
    public virtual Task Hold(bool alone) => Task.CompletedTask;

    /// <summary>What is wrong with it now, in words that anyone may read; null for nothing. Creates nothing.</summary>
    public abstract Task<string?> FindFault(CancellationToken cancellationToken);

    /// <summary>Journals and takes snapshots here.</summary>
    public AkkaConfigurationBuilder AddPersistence(AkkaConfigurationBuilder builder) =>
        AddPlugins(builder).AddHocon(Limits(ConcurrentRecoveries), HoconAddMode.Prepend);

    /// <summary>The index in the same database.</summary>
    public abstract ISessionIndex CreateIndex(IContentCipher cipher, TimeProvider clock);

    /// <summary>Withdrawn tokens in the same database; the index creates their table.</summary>
    public abstract ITokenWithdrawals CreateWithdrawals();

    public virtual void Dispose() { }

    /// <summary>How many persistent actors may read at once what they have written, at least 1.</summary>
    protected virtual int ConcurrentRecoveries => 10;

    /// <summary>The plugins of journal and snapshots.</summary>
    protected abstract AkkaConfigurationBuilder AddPlugins(AkkaConfigurationBuilder builder);

    private static string Limits(int recoveries) =>
        $$"""
            akka.persistence {
              # When a node leaves, hundreds of sessions wake at once elsewhere: what is written must not wait behind all that they read.
              max-concurrent-recoveries = {{recoveries}}
              # A circuit breaker would take a slow store for one that is away, or a writer that is refused, and then fail everything on this
              # node for half a minute, also what would succeed. Every call speaks for itself; the driver's timeout ends one that hangs.
              journal-plugin-fallback.circuit-breaker { max-failures = {{int.MaxValue}}, call-timeout = 60s }
              snapshot-store-plugin-fallback.circuit-breaker { max-failures = {{int.MaxValue}}, call-timeout = 60s }
            }
            """;
}
