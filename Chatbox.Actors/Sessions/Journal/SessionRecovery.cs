using Akka.Event;
using Akka.Persistence;
using Chatbox.Actors.Sealing;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Journal;

/// <summary>
/// Recovers a session from its rows. Once a row cannot be decrypted, all later rows are ignored, and the session must neither reply from
/// its state nor write. The same applies to events whose beginning was deleted, if there is no snapshot of what they continue; only an
/// erasure, which may have deleted the snapshot, needs none.
/// </summary>
internal sealed class SessionRecovery(SessionRows rows, SessionJournal journal, string persistenceId, ILoggingAdapter log)
{
    private bool _isReadable = true;

    /// <summary>The place that the state has reached.</summary>
    private long _reached;

    public void Restore(SnapshotOffer offer) =>
        Read(() =>
        {
            journal.Restore(rows.Open(offer), offer.Metadata.SequenceNr);
            _reached = offer.Metadata.SequenceNr;
        });

    public void Follow(object row) =>
        Read(() =>
        {
            var @event = rows.Open(row);
            if (_reached == 0 && rows.Head > 1 && @event is not SessionErased)
                return;
            journal.Follow(@event);
            _reached = rows.Head;
        });

    /// <summary>Recovery is over: whether the state is that of all rows.</summary>
    public bool IsComplete()
    {
        if (_isReadable && _reached != rows.Head)
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
