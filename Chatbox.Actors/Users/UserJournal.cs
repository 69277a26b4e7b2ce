using Akka.Persistence;
using Chatbox.Actors.Clustering;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Users;

/// <summary>
/// The user's state and the way into the user's journal: persists an event, applies it, takes snapshots and deletes the events below them.
/// </summary>
/// <param name="keep">Events that stay in the journal below a snapshot; null deletes none.</param>
internal sealed class UserJournal(Eventsourced actor, UserId id, IChatboxMetrics metrics, TimeProvider clock, int? keep)
{
    /// <summary>Events between two snapshots.</summary>
    private const int SnapshotEvery = 100;

    private readonly Replay _replay = new(actor);
    private int _sinceSnapshot;

    public UserState State { get; private set; } = new(id);

    /// <summary>The user's epoch: the last place in the journal.</summary>
    public long Epoch => actor.LastSequenceNr;

    /// <summary>Recovery starts at a snapshot. Earlier releases saved the last activation as their snapshot.</summary>
    public void Restore(SnapshotOffer offer)
    {
        var seq = offer.Metadata.SequenceNr;
        _replay.Restore(seq);
        State = offer.Snapshot is SessionActivated activated
            ? new UserState(id).Apply(activated, seq)
            : UserState.From((UserSnapshot)offer.Snapshot, seq);
    }

    /// <summary>Moves the state over an event that is in the journal.</summary>
    public void Follow(IUserEvent @event)
    {
        // A journal whose beginning was deleted needs its snapshot.
        if (_replay.LacksBeginning)
            return;
        State = State.Apply(@event, Epoch);
        _replay.Follow();
        _sinceSnapshot++;
    }

    /// <summary>Recovery is over.</summary>
    /// <exception cref="InvalidDataException">
    /// Events are absent: the user would forget what a client was told. The next incarnation recovers from the snapshot that replaces the
    /// events, unless that snapshot is missing too.
    /// </exception>
    public void Recovered()
    {
        if (_replay.IsIncomplete)
            throw new InvalidDataException($"The journal of a user lacks events below {Epoch}, and no snapshot replaces them.");
    }

    /// <inheritdoc cref="UserState.Forget" />
    public void Forget(CommandId command, SessionId session, long asOf) => State = State.Forget(command, session, asOf);

    /// <summary>Journals an event; the actor's other messages wait.</summary>
    /// <param name="then">Runs once the event is durable and applied.</param>
    public void Write(IUserEvent @event, Action then)
    {
        var started = clock.GetTimestamp();
        actor.Persist(
            @event,
            e =>
            {
                metrics.Journaled("user", clock.GetElapsedTime(started));
                Follow(e);
                if (_sinceSnapshot >= SnapshotEvery)
                    Snapshot();
                then();
            }
        );
    }

    /// <summary>Saves a snapshot before the user leaves memory, so that events can be deleted; false if there are too few new ones.</summary>
    public bool TrySnapshotForRest()
    {
        if (_sinceSnapshot <= (keep ?? int.MaxValue))
            return false;
        Snapshot();
        return true;
    }

    /// <summary>A snapshot is stored at this place: deletes what recovery no longer needs.</summary>
    public void Trim(long snapshot)
    {
        actor.DeleteSnapshotsBefore(snapshot);
        if (keep is { } kept && snapshot > kept)
            actor.DeleteMessages(snapshot - kept);
    }

    private void Snapshot()
    {
        _sinceSnapshot = 0;
        actor.SaveSnapshot(State.ToSnapshot());
    }
}
