using Chatbox.Actors.Feed;
using Chatbox.Actors.Sessions.Indexing;
using Chatbox.Actors.Sessions.Standing;
using Chatbox.Actors.Sessions.State;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Journal;

/// <summary>
/// The session's way into its journal: persists events, then applies them, reports them to the index and takes snapshots. A caller's
/// continuation runs after all of this, so whatever it shows or replies is durable.
/// </summary>
/// <param name="snapshotEvery">Events between two snapshots.</param>
/// <param name="keep">Events that stay in the journal below a snapshot; null deletes none.</param>
internal sealed class SessionJournal(
    LoadedSession session,
    SessionRows rows,
    IndexReports index,
    HelpReports help,
    AssistanceTimer timer,
    AudienceNews audience,
    IAdminFeed feed,
    IChatboxMetrics metrics,
    TimeProvider clock,
    int snapshotEvery,
    int? keep
)
{
    private long _sinceSnapshot;

    /// <summary>Place of the last event that the journal has confirmed.</summary>
    public long Head => rows.Head;

    /// <summary>The place up to which the history that clients read has everything.</summary>
    public long IndexedThrough => index.IsComplete ? Head : index.IndexedThrough;

    /// <summary>Journals all events or none; the actor's commands wait.</summary>
    public void Write(IReadOnlyList<ISessionEvent> events, Action then)
    {
        var started = clock.GetTimestamp();
        rows.Append(
            events,
            e =>
            {
                Written(e, started);
                if (e is SessionOpened)
                    metrics.SessionCreated();
                if (!ReferenceEquals(e, events[^1]))
                    return;
                session.Traces.Written();
                Report();
                then();
            }
        );
    }

    /// <summary>Journals an event; the actor's commands go on meanwhile.</summary>
    public void WriteInBackground(ISessionEvent @event, Action then)
    {
        var started = clock.GetTimestamp();
        rows.AppendInBackground(
            @event,
            e =>
            {
                Written(e, started);
                Report();
                then();
            }
        );
    }

    /// <summary>Recovery starts at a snapshot.</summary>
    public void Restore(SessionSnapshot snapshot, long seq)
    {
        session.Restore(snapshot);
        index.Begin(seq, snapshot.IndexedThrough);
    }

    /// <summary>Moves the session over an event that is in the journal.</summary>
    public void Follow(ISessionEvent @event)
    {
        var before = session.State;
        session.Apply(@event, Head);
        index.Note(before, @event, Head);
        _sinceSnapshot++;
    }

    /// <summary>
    /// Saves a snapshot if one is due. Waits until the index has everything: recovery starts at the snapshot and would not report
    /// earlier events again.
    /// </summary>
    public void SnapshotIfDue()
    {
        if (_sinceSnapshot >= snapshotEvery && index.IsComplete)
            Snapshot();
    }

    /// <summary>
    /// Saves a snapshot before the session leaves memory, so that its events can be deleted; false if there are too few new ones. Needs a
    /// complete index.
    /// </summary>
    public bool TrySnapshotForRest()
    {
        if (_sinceSnapshot <= (keep ?? long.MaxValue))
            return false;
        Snapshot();
        return true;
    }

    /// <summary>
    /// A snapshot is stored: deletes what recovery no longer needs. Every snapshot covers only what the index has, so nothing that is
    /// deleted here has to be reported again.
    /// </summary>
    /// <returns>Whether events are being deleted.</returns>
    public bool Trim(long snapshot)
    {
        var through = keep is { } kept ? snapshot - kept : 0;
        rows.DeleteBelow(snapshot, through);
        return through > 0;
    }

    private void Snapshot()
    {
        _sinceSnapshot = 0;
        rows.Save(session.State.ToSnapshot(Head));
    }

    /// <summary>After a whole write: what happens in the middle of one is nobody's business.</summary>
    private void Report()
    {
        help.Send();
        timer.Arm();
        audience.Check();
    }

    private void Written(ISessionEvent @event, long started)
    {
        metrics.Journaled("session", clock.GetElapsedTime(started));
        var before = session.State;
        Follow(@event);
        if (SessionNews.Of(before, @event, session.State) is { } news)
            feed.Publish(news);

        // The event of the command that opened the session follows at once: one report covers both.
        if (@event is not SessionOpened)
            index.Send();
        SnapshotIfDue();
    }
}
