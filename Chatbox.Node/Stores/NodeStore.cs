using Akka.Hosting;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Chatbox.Actors.Sessions;
using Chatbox.Node.Clustering;
using Chatbox.Node.Configuration;
using Chatbox.Node.Sealing;

namespace Chatbox.Node.Stores;

/// <summary>The one database that holds a node's journal, snapshots and index, and the probes of the keys that seal them.</summary>
internal abstract class NodeStore
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

    /// <summary>The store that the configuration asks for.</summary>
    public static NodeStore For(StoreOptions options) =>
        options.Kind switch
        {
            StoreKind.Postgres => new PostgresStore(options.Postgres),
            StoreKind.MongoDb => new MongoStore(options.Mongo),
            _ => new SqliteStore(SqliteHosting.ConnectionString(options.DataDirectory)),
        };

    /// <summary>Makes ready what the node's parts find there; to be called before any of them starts. Several nodes may do so at once.</summary>
    /// <exception cref="StartupException">It cannot be reached, or is not what it should be.</exception>
    public abstract Task Prepare();

    /// <summary>Whether it answers now; creates nothing.</summary>
    public abstract Task<bool> Answers(CancellationToken cancellationToken);

    /// <summary>Journals and takes snapshots here.</summary>
    public abstract AkkaConfigurationBuilder AddPersistence(AkkaConfigurationBuilder builder);

    /// <summary>The index in the same database.</summary>
    public abstract ISessionIndex CreateIndex(IContentCipher cipher, TimeProvider clock);
}
