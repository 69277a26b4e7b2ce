using Akka.Event;
using Akka.Persistence;

namespace Chatbox.Actors.Clustering;

/// <summary>An event-sourced actor that lives once in the cluster. Its snapshots replace all events before them.</summary>
/// <param name="name">What the log calls the actor.</param>
public abstract class JournaledSingletonActor(string name) : UntypedPersistentActor
{
    /// <summary>Events between two snapshots.</summary>
    private const int SnapshotEvery = 100;

    /// <summary>The whole state at the present place in the journal.</summary>
    protected abstract object ToSnapshot();

    protected void SnapshotIfDue()
    {
        if (LastSequenceNr % SnapshotEvery == 0)
            SaveSnapshot(ToSnapshot());
    }

    /// <summary>Handles what the journal and the snapshot store report; other messages are unhandled.</summary>
    protected void HandleStored(object message)
    {
        switch (message)
        {
            case SaveSnapshotSuccess saved:
                DeleteMessages(saved.Metadata.SequenceNr);
                DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1));
                break;
            case SaveSnapshotFailure failed:
                Log.Warning(failed.Cause, "The snapshot of the {Name} was not saved; recovery reads the journal instead", name);
                break;
            case DeleteMessagesSuccess or DeleteSnapshotsSuccess:
                break;
            case DeleteMessagesFailure or DeleteSnapshotsFailure:
                Log.Warning("Old rows of the {Name} were not deleted", name);
                break;
            default:
                Unhandled(message);
                break;
        }
    }
}
