using Akka.Actor;
using Akka.Cluster;
using Akka.Persistence;
using Chatbox.Node.Clustering;
using Chatbox.Node.Files.Store;
using Chatbox.Node.Stores;

namespace Chatbox.Node.Health;

/// <summary>Checks that the journal plugin responds and the store can be read.</summary>
/// <param name="journalPlugin">Path of the journal plugin in the configuration of the actor system.</param>
internal sealed class StoreProbe(ActorSystem system, NodeStore store, string journalPlugin) : IReadinessProbe
{
    public string Name => store.Name;

    public async Task<CheckResult> Check(CancellationToken cancellationToken)
    {
        // The plugin first, because it may create the tables when it starts.
        var journal = await Akka.Persistence.Persistence.Instance.Apply(system).CheckJournalHealthAsync(journalPlugin, cancellationToken);
        if (journal.Status == PersistenceHealthStatus.Unhealthy)
            return CheckResult.Failed("the journal does not work");
        return await store.FindFault(cancellationToken) is { } fault ? CheckResult.Failed(fault) : CheckResult.Ok;
    }
}

/// <summary>Checks that this node is Up in its cluster.</summary>
internal sealed class ClusterProbe(ActorSystem system, ClusterJoin? join = null) : IReadinessProbe
{
    public string Name => "cluster";

    public Task<CheckResult> Check(CancellationToken cancellationToken)
    {
        if (join?.Waiting is { } reason)
            return Task.FromResult(CheckResult.Failed(reason));
        var cluster = Cluster.Get(system);
        var status = cluster.SelfMember.Status;
        var up = status == MemberStatus.Up && !cluster.IsTerminated;
        return Task.FromResult(up ? CheckResult.Ok : CheckResult.Failed($"this node is {status.ToString().ToLowerInvariant()}"));
    }
}

/// <summary>
/// Checks that a model is configured. Does not call providers: an outage of a provider does not make the node unready, and calls cost
/// money.
/// </summary>
internal sealed class ModelsProbe(int providers) : IReadinessProbe
{
    public string Name => "llm";

    public Task<CheckResult> Check(CancellationToken cancellationToken) =>
        Task.FromResult(
            (providers > 0 ? CheckResult.Ok : CheckResult.Failed("no model is configured")) with
            {
                ProvidersCount = providers,
            }
        );
}

/// <summary>
/// Checks that the data folder is writable, and that the settings of the file store are right. A file store that does not respond, or no
/// longer accepts what it accepted before, does not make the node unready: it would take all nodes at once, and conversations go on.
/// </summary>
/// <param name="files">Null for a host without files.</param>
internal sealed class StorageProbe(string dataDirectory, FileStoreWatch? files) : IReadinessProbe
{
    // One name per process: probes do not run concurrently, and a crash leaves at most one file behind.
    private readonly string _file = Path.Combine(dataDirectory, $".ready-{Environment.ProcessId}-{Guid.NewGuid():n}");

    public string Name => "storage";

    public async Task<CheckResult> Check(CancellationToken cancellationToken)
    {
        await using var file = new FileStream(
            _file,
            FileMode.Create,
            FileAccess.Write,
            FileShare.None,
            bufferSize: 1,
            FileOptions.DeleteOnClose | FileOptions.Asynchronous
        );
        await file.WriteAsync("ready"u8.ToArray(), cancellationToken);
        return files?.State switch
        {
            FileStoreState.Unknown => CheckResult.Failed("the file store has not been checked yet"),
            FileStoreState.Refuses => CheckResult.Failed("the file store refuses this node"),
            FileStoreState.Fails => CheckResult.Ok with { Reason = "files cannot be stored or opened now" },
            _ => CheckResult.Ok,
        };
    }
}
