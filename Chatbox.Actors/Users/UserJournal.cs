using Akka.Persistence;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Users;

/// <summary>The user's state and the way into the user's journal: persists an event, applies it and takes snapshots.</summary>
internal sealed class UserJournal(Eventsourced actor, UserId id, IChatboxMetrics metrics, TimeProvider clock)
{
    /// <summary>Events between two snapshots.</summary>
    private const int SnapshotEvery = 100;

    public UserState State { get; private set; } = new(id);

    /// <summary>The user's epoch: the last place in the journal.</summary>
    public long Epoch => actor.LastSequenceNr;

    /// <summary>Recovery starts at a snapshot. Earlier releases saved the last activation as their snapshot.</summary>
    public void Restore(SnapshotOffer offer)
    {
        var seq = offer.Metadata.SequenceNr;
        State = offer.Snapshot is SessionActivated activated
            ? new UserState(id).Apply(activated, seq)
            : UserState.From((UserSnapshot)offer.Snapshot, seq);
    }

    /// <summary>Moves the state over an event that is in the journal.</summary>
    public void Follow(IUserEvent @event) => State = State.Apply(@event, Epoch);

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
                if (Epoch % SnapshotEvery == 0)
                    actor.SaveSnapshot(State.ToSnapshot());
                then();
            }
        );
    }
}
