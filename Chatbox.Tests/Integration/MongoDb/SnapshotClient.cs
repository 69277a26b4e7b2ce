using Akka.Actor;
using Akka.Persistence;
using Akka.TestKit;
using Chatbox.Tests.Unit.MongoDb;

namespace Chatbox.Tests.Integration.MongoDb;

/// <summary>Sends a snapshot store the messages of a persistent actor.</summary>
internal sealed class SnapshotClient(IActorRef store, TestProbe probe)
{
    public SnapshotMetadata Save(string id, long sequenceNr, string text, DateTime? taken = null)
    {
        store.Tell(new SaveSnapshot(new SnapshotMetadata(id, sequenceNr, taken ?? DateTime.MinValue), new Note(text)), probe.Ref);
        return probe.ExpectMsg<SaveSnapshotSuccess>().Metadata;
    }

    public SelectedSnapshot? Load(string id, SnapshotSelectionCriteria? criteria = null, long to = long.MaxValue)
    {
        store.Tell(new LoadSnapshot(id, criteria ?? SnapshotSelectionCriteria.Latest, to), probe.Ref);
        return probe.ExpectMsg<LoadSnapshotResult>().Snapshot;
    }

    /// <summary>The text of the selected snapshot; null if there is none.</summary>
    public string? Text(string id, SnapshotSelectionCriteria? criteria = null, long to = long.MaxValue) =>
        ((Note?)Load(id, criteria, to)?.Snapshot)?.Text;

    public void Delete(SnapshotMetadata metadata)
    {
        store.Tell(new DeleteSnapshot(metadata), probe.Ref);
        probe.ExpectMsg<DeleteSnapshotSuccess>();
    }

    public void Delete(string id, SnapshotSelectionCriteria criteria)
    {
        store.Tell(new DeleteSnapshots(id, criteria), probe.Ref);
        probe.ExpectMsg<DeleteSnapshotsSuccess>();
    }
}
