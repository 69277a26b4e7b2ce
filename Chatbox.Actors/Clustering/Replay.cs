using Akka.Persistence;

namespace Chatbox.Actors.Clustering;

/// <summary>
/// Checks that a persistent actor's recovery has seen every event. A replay can lack events that nobody has lost: while one node takes over
/// from a node that does not respond, the former incarnation may wake, save a snapshot and delete the events below that snapshot, after the
/// replay has chosen an older snapshot. A recovery from the newer snapshot then has everything.
/// </summary>
public sealed class Replay(Eventsourced actor)
{
    private long _snapshot;
    private bool _hasGap;

    /// <summary>The place that the state has reached.</summary>
    public long Reached { get; private set; }

    /// <summary>Whether the beginning is absent: there are events, but neither the first one nor a snapshot.</summary>
    public bool LacksBeginning => Reached == 0 && actor.LastSequenceNr > 1;

    /// <summary>Whether the events at the end are absent.</summary>
    public bool LacksEnd => Reached != actor.LastSequenceNr;

    /// <summary>Whether any event was absent from the replay.</summary>
    public bool IsIncomplete => _hasGap || LacksEnd;

    /// <summary>Recovery starts at the snapshot of this place.</summary>
    public void Restore(long seq) => (_snapshot, Reached) = (seq, seq);

    /// <summary>The state follows the event at the actor's present place.</summary>
    public void Follow()
    {
        _hasGap |= actor.LastSequenceNr > Reached + 1;
        Reached = actor.LastSequenceNr;
    }

    /// <summary>
    /// Asks the snapshot store for its newest snapshot; the actor gets <see cref="LoadSnapshotResult"/> or <see cref="LoadSnapshotFailed"/>.
    /// </summary>
    public void FindNewerSnapshot() => actor.LoadSnapshot(actor.PersistenceId, SnapshotSelectionCriteria.Latest, long.MaxValue);

    /// <summary>Whether a recovery from this newest snapshot would see more than this one has.</summary>
    public bool IsSurpassedBy(LoadSnapshotResult newest) => newest.Snapshot?.Metadata.SequenceNr > _snapshot;
}
