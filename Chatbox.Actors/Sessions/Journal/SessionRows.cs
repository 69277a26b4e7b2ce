using Akka.Persistence;
using Chatbox.Actors.Clustering;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Journal;

/// <summary>
/// One session's rows in the store. Encrypts events and snapshots on the way in when a key is configured, and decrypts them on the way
/// back.
/// </summary>
internal sealed class SessionRows(Eventsourced actor, SessionId id, SessionSealing sealing)
{
    /// <summary>Place of the last event that was handed to the journal. The journal may not have confirmed the event yet.</summary>
    private long _handedOver;

    /// <summary>Place of the last event that the journal has confirmed.</summary>
    public long Head => actor.LastSequenceNr;

    /// <summary>Journals all events or none. The actor's commands wait until the journal has confirmed.</summary>
    /// <param name="then">Runs once per event, in order, after the confirmation.</param>
    public void Append(IReadOnlyList<ISessionEvent> events, Action<ISessionEvent> then)
    {
        if (!sealing.IsSealing)
        {
            actor.PersistAll(events, then);
            return;
        }

        var written = 0;
        actor.PersistAll([.. events.Select(Seal)], _ => then(events[written++]));
    }

    /// <summary>Journals an event; the actor's commands go on meanwhile.</summary>
    public void AppendInBackground(ISessionEvent @event, Action<ISessionEvent> then)
    {
        if (sealing.IsSealing)
            actor.PersistAsync(Seal(@event), _ => then(@event));
        else
            actor.PersistAsync(@event, then);
    }

    /// <summary>Saves a snapshot of the state at <see cref="Head"/>.</summary>
    public void Save(SessionSnapshot snapshot) => actor.SaveSnapshot(sealing.IsSealing ? sealing.Seal(snapshot, Head) : snapshot);

    /// <summary>Deletes the snapshots before this place, and the events up to <paramref name="through"/>; none if it is not positive.</summary>
    /// <param name="snapshot">The place of a snapshot that is stored.</param>
    public void DeleteBelow(long snapshot, long through)
    {
        actor.DeleteSnapshotsBefore(snapshot);
        if (through > 0)
            actor.DeleteMessages(through);
    }

    /// <inheritdoc cref="SessionSealing.OpenEvent" />
    public ISessionEvent Open(object row) => sealing.OpenEvent(row, id, Head);

    /// <inheritdoc cref="SessionSealing.OpenSnapshot" />
    public SessionSnapshot Open(SnapshotOffer offer) => sealing.OpenSnapshot(offer.Snapshot, id, offer.Metadata.SequenceNr);

    /// <summary>Encrypts the event for its place. Akka gives an event the next place when it is handed over, not when it is written.</summary>
    private SealedEvent Seal(ISessionEvent @event)
    {
        _handedOver = Math.Max(_handedOver, Head) + 1;
        return sealing.Seal(@event, _handedOver);
    }
}
