using Akka.Event;
using Akka.Persistence;
using Chatbox.Actors.Clustering;
using Chatbox.Actors.Sealing;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Journal;

/// <summary>
/// Recovers a session from its rows. Once a row cannot be decrypted, all later rows are ignored, and the session must neither reply from
/// its state nor write. The same applies to events whose beginning was deleted, if there is no snapshot of what they continue; only an
/// erasure, which may have deleted the snapshot, needs none.
/// </summary>
internal sealed class SessionRecovery(SessionRows rows, SessionJournal journal, Replay replay, string persistenceId, ILoggingAdapter log)
{
    private bool _isReadable = true;
    private bool _isSettled;

    /// <summary>
    /// If the replay lacked events, another incarnation may have deleted them below a snapshot that this recovery did not see: asks the
    /// snapshot store for its newest one. The actor gets <see cref="LoadSnapshotResult"/> or <see cref="LoadSnapshotFailed"/>.
    /// </summary>
    /// <returns>Whether the store was asked.</returns>
    public bool TryDoubt()
    {
        var isDoubtful = _isReadable && !_isSettled && replay.IsIncomplete;
        if (isDoubtful)
            replay.FindNewerSnapshot();
        return isDoubtful;
    }

    /// <summary>Ends the doubt; false if the newest snapshot is newer than this recovery's, so that a recovery from there sees more.</summary>
    public bool TrySettle(LoadSnapshotResult newest)
    {
        _isSettled = !replay.IsSurpassedBy(newest);
        if (!_isSettled)
            log.Info("{PersistenceId} is recovered once more: another incarnation has changed its rows meanwhile", persistenceId);
        return _isSettled;
    }

    public void Restore(SnapshotOffer offer) =>
        Read(() =>
        {
            journal.Restore(rows.Open(offer), offer.Metadata.SequenceNr);
            replay.Restore(offer.Metadata.SequenceNr);
        });

    public void Follow(object row) =>
        Read(() =>
        {
            var @event = rows.Open(row);
            if (replay.LacksBeginning && @event is not SessionErased)
                return;
            journal.Follow(@event);
            if (@event is SessionErased)
                replay.Restore(rows.Head); // makes everything before it unnecessary, as a snapshot does
            else
                replay.Follow();
        });

    /// <summary>Recovery is over: whether the state is that of all rows.</summary>
    public bool IsComplete()
    {
        if (_isReadable && replay.LacksEnd)
        {
            _isReadable = false;
            log.Error("The snapshot of {PersistenceId} is missing; the journal below {Seq} was deleted", persistenceId, rows.Head);
        }

        return _isReadable;
    }

    private void Read(Action read)
    {
        if (!_isReadable)
            return;
        try
        {
            read();
        }
        catch (ContentSealedException e)
        {
            _isReadable = false;
            log.Error(
                "The journal or the snapshot of {PersistenceId} cannot be read at {Seq}: {Reason}",
                persistenceId,
                rows.Head,
                e.Message
            );
        }
    }
}
