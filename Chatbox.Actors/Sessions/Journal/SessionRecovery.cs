using Akka.Event;
using Akka.Persistence;
using Chatbox.Actors.Sealing;

namespace Chatbox.Actors.Sessions.Journal;

/// <summary>
/// Recovers a session from its rows. Once a row cannot be decrypted, all later rows are ignored, and the session must neither reply from
/// its state nor write.
/// </summary>
internal sealed class SessionRecovery(SessionRows rows, SessionJournal journal, string persistenceId, ILoggingAdapter log)
{
    /// <summary>Whether every row so far could be read.</summary>
    public bool IsReadable { get; private set; } = true;

    public void Restore(SnapshotOffer offer) => Read(() => journal.Restore(rows.Open(offer), offer.Metadata.SequenceNr));

    public void Follow(object row) => Read(() => journal.Follow(rows.Open(row)));

    private void Read(Action read)
    {
        if (!IsReadable)
            return;
        try
        {
            read();
        }
        catch (ContentSealedException e)
        {
            IsReadable = false;
            log.Error(
                "The journal or the snapshot of {PersistenceId} cannot be read at {Seq}: {Reason}",
                persistenceId,
                rows.Head,
                e.Message
            );
        }
    }
}
