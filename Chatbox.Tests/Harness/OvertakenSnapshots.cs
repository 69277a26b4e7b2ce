using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Snapshot;

namespace Chatbox.Tests.Harness;

/// <summary>
/// Akka's snapshots in memory, for recoveries that another incarnation overtakes: one recovery gets the snapshot that was there before the
/// newest one, while the journal is already trimmed below the newest.
/// </summary>
public sealed class OvertakenSnapshots : MemorySnapshotStore
{
    /// <summary>Configuration of an actor system that uses this store.</summary>
    public static readonly string Config = $$"""
        akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.overtaken"
        akka.persistence.snapshot-store.overtaken {
          class = "{{typeof(OvertakenSnapshots).AssemblyQualifiedName}}"
          plugin-dispatcher = "akka.actor.default-dispatcher"
        }
        """;

    private static readonly ConditionalWeakTable<ActorSystem, Memory> Memories = [];

    private static Memory Here => Memories.GetOrCreateValue(Context.System);

    private sealed class Memory
    {
        private SelectedSnapshot? _newest;
        private SelectedSnapshot? _former;
        private bool _isOvertaken;

        public void Save(SelectedSnapshot saved)
        {
            lock (this)
                (_former, _newest) = (_newest, saved);
        }

        public void Overtake()
        {
            lock (this)
                _isOvertaken = true;
        }

        public bool TryTakeFormer(out SelectedSnapshot? former)
        {
            lock (this)
            {
                former = _former;
                var isOvertaken = _isOvertaken;
                _isOvertaken = false;
                return isOvertaken;
            }
        }
    }

    /// <summary>The next recovery in this system misses the newest snapshot.</summary>
    public static void OvertakeNext(ActorSystem system) => Memories.GetOrCreateValue(system).Overtake();

    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken)
    {
        Here.Save(new SelectedSnapshot(metadata, snapshot));
        return base.SaveAsync(metadata, snapshot, cancellationToken);
    }

    protected override Task<SelectedSnapshot?> LoadAsync(
        string persistenceId,
        SnapshotSelectionCriteria criteria,
        CancellationToken cancellationToken
    ) => Here.TryTakeFormer(out var former) ? Task.FromResult(former) : base.LoadAsync(persistenceId, criteria, cancellationToken)!;
}
