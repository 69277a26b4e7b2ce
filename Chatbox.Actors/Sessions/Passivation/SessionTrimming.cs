using Akka.Event;
using Akka.Persistence;
using Chatbox.Actors.Sessions.Journal;

namespace Chatbox.Actors.Sessions.Passivation;

/// <summary>
/// Handles what the store says of snapshots and deletions. A failure loses nothing: the rows stay, and recovery reads more of them.
/// </summary>
internal sealed class SessionTrimming(SessionJournal journal, SessionRest rest, ILoggingAdapter log)
{
    public void Handle(SaveSnapshotSuccess saved)
    {
        if (!journal.Trim(saved.Metadata.SequenceNr))
            rest.Trimmed();
    }

    public void Handle(SaveSnapshotFailure failed)
    {
        log.Warning(failed.Cause, "The snapshot at {Seq} was not saved; recovery reads the journal instead", failed.Metadata.SequenceNr);
        rest.Trimmed();
    }

    public void Handle(DeleteMessagesFailure failed)
    {
        log.Warning(failed.Cause, "Events below the snapshot were not deleted");
        rest.Trimmed();
    }

    public void Handle(DeleteSnapshotsFailure failed) => log.Warning(failed.Cause, "Old snapshots were not deleted");
}
