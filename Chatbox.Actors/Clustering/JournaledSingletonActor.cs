using Akka.Event;
using Akka.Persistence;

namespace Chatbox.Actors.Clustering;

/// <summary>An event-sourced actor that lives once in the cluster. Its snapshots replace all events before them.</summary>
public abstract class JournaledSingletonActor : UntypedPersistentActor
{
    /// <summary>Events between two snapshots.</summary>
    private const int SnapshotEvery = 100;

    private readonly string _name;
    private readonly Replay _replay;
    private bool _isReady;

    /// <param name="name">What the log calls the actor.</param>
    protected JournaledSingletonActor(string name) => (_name, _replay) = (name, new Replay(this));

    /// <summary>The whole state at the present place in the journal.</summary>
    protected abstract object ToSnapshot();

    /// <summary>Recovery starts at this snapshot.</summary>
    protected abstract void Restore(object snapshot);

    /// <summary>Moves the state over an event that is in the journal.</summary>
    /// <returns>False if the row is no event of this actor.</returns>
    protected abstract bool TryFollow(object @event);

    /// <summary>The state is that of the whole journal: messages come from now on.</summary>
    protected abstract void Begin();

    /// <summary>Handles a message to the actor.</summary>
    protected abstract void Handle(object message);

    protected void SnapshotIfDue()
    {
        if (LastSequenceNr % SnapshotEvery == 0)
            SaveSnapshot(ToSnapshot());
    }

    protected sealed override void OnRecover(object message)
    {
        switch (message)
        {
            case SnapshotOffer offer:
                _replay.Restore(offer.Metadata.SequenceNr);
                Restore(offer.Snapshot);
                break;
            case RecoveryCompleted when _replay.IsIncomplete:
                _replay.FindNewerSnapshot();
                break;
            case RecoveryCompleted:
                BeReady();
                break;
            default:
                if (!TryFollow(message))
                    throw new InvalidDataException($"This row is no event of the {_name}: {message}");
                _replay.Follow();
                break;
        }
    }

    protected sealed override void OnCommand(object message)
    {
        switch (message)
        {
            case var _ when _isReady:
                Handle(message);
                break;
            case LoadSnapshotResult newest when !_replay.IsSurpassedBy(newest):
                // An event that the journal once rejected leaves a place empty for ever.
                Log.Warning("The journal of the {Name} lacks events; it goes on with those that are there", _name);
                BeReady();
                break;
            case LoadSnapshotResult or LoadSnapshotFailed:
                // The supervisor starts the actor again, which then recovers from the newer snapshot.
                Log.Info("The {Name} recovers once more: another incarnation has changed its rows meanwhile", _name);
                Context.Stop(Self);
                break;
            default:
                Stash.Stash();
                break;
        }
    }

    /// <summary>Handles what the journal and the snapshot store report; other messages are unhandled.</summary>
    protected void HandleStored(object message)
    {
        switch (message)
        {
            case SaveSnapshotSuccess saved:
                DeleteMessages(saved.Metadata.SequenceNr);
                this.DeleteSnapshotsBefore(saved.Metadata.SequenceNr);
                break;
            case SaveSnapshotFailure failed:
                Log.Warning(failed.Cause, "The snapshot of the {Name} was not saved; recovery reads the journal instead", _name);
                break;
            case DeleteMessagesSuccess or DeleteSnapshotsSuccess:
                break;
            case DeleteMessagesFailure or DeleteSnapshotsFailure:
                Log.Warning("Old rows of the {Name} were not deleted", _name);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void BeReady()
    {
        _isReady = true;
        Begin();
        Stash.UnstashAll();
    }
}
