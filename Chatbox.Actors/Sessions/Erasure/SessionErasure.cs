using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Chatbox.Actors.Feed;
using Chatbox.Actors.Files;
using Chatbox.Actors.Index;
using Chatbox.Actors.Requests;
using Chatbox.Actors.Sessions.Journal;
using Chatbox.Actors.Sessions.Standing;
using Chatbox.Actors.Sessions.State;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Erasure;

/// <summary>
/// Erases a session: journals <see cref="SessionErased"/>, then clears the index, the uploaded files, the journal, the snapshots and the files
/// of the database, in this order, and replies when all is done. Repeats all steps until each is confirmed, also after a restart: the snapshots go after the events,
/// because a trimmed journal cannot be read without its snapshot. The last event stays, so that the id can never become a session again.
/// </summary>
/// <param name="actor">The session's actor, which deletes its rows.</param>
/// <param name="timers">The same actor; receives <see cref="RepeatedRequest.Due"/>.</param>
internal sealed class SessionErasure(
    LoadedSession session,
    SessionRows rows,
    Eventsourced actor,
    IWithTimers timers,
    IActorContext context,
    IActorRef indexWriter,
    IAdminFeed feed,
    IFileLibrary? files,
    IStorePurge? purge,
    TimeSpan passivateAfter,
    TimeProvider clock,
    ILoggingAdapter log
)
{
    /// <summary>Wait for all steps before they begin anew.</summary>
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromSeconds(10);

    private static readonly SnapshotSelectionCriteria EverySnapshot = new(long.MaxValue, DateTime.MaxValue);

    private RepeatedRequest Request => field ??= new RepeatedRequest(timers, RepeatAfter, clock);
    private readonly List<IActorRef> _erasers = [];
    private readonly CancellationTokenSource _purging = new();
    private bool _isDone;
    private bool _isReleasing;

    /// <summary>A step outside the actor has ended. The actor passes it to <see cref="Handle(IStepDone)"/>.</summary>
    public interface IStepDone : INoSerializationVerificationNeeded;

    /// <summary>The store's files hold nothing of deleted rows.</summary>
    public sealed record Purged : IStepDone
    {
        public static Purged Instance { get; } = new();
    }

    /// <summary>No file is left that only this session mentioned, unless it has failed.</summary>
    public sealed record Released(Exception? Failure) : IStepDone;

    /// <summary>Journals the erasure.</summary>
    /// <param name="then">Runs once the erasure is durable.</param>
    public void Begin(IIdentifiedCommand command, Action then)
    {
        _erasers.Add(context.Sender);
        timers.Timers.CancelAll();
        context.SetReceiveTimeout(null);

        // Written twice: a journal may keep the last deleted row, only marked as deleted, to remember its highest number. That row is then
        // the first of the two, and not a row with content.
        var first = new SessionErased(session.Id, command.CommandId, clock.GetUtcNow());
        var last = first with { };
        var owner = session.State.Owner;
        rows.Append(
            [first, last],
            e =>
            {
                session.Apply(e, rows.Head);
                if (!ReferenceEquals(e, last))
                    return;
                feed.Publish(SessionNews.Erased(session.Id, owner, first.At));
                then();
            }
        );
    }

    /// <summary>Starts with the first step.</summary>
    public void EraseAll()
    {
        _isDone = false;
        context.SetReceiveTimeout(null);
        Request.Start(new IndexProtocol.RemoveSession(session.Id), indexWriter);
    }

    /// <summary>The steps are not all confirmed in time (<see cref="RepeatedRequest.Due"/>): starts with the first one again.</summary>
    public void Repeat() => Request.Repeat();

    /// <summary>The index holds nothing of the session: the files that it mentions are next.</summary>
    public void IndexCleared()
    {
        if (files is null)
        {
            actor.DeleteMessages(rows.Head - 1);
            return;
        }

        // A slow store must not get a second request while it works on the first.
        if (_isReleasing)
            return;
        _isReleasing = true;
        files.Release(session.Id, _purging.Token).PipeTo(context.Self, success: () => new Released(null), failure: e => new Released(e));
    }

    /// <summary>After the files, the journal is next; after the purge, nothing of the session is left.</summary>
    public void Handle(IStepDone done)
    {
        if (done is not Released released)
        {
            Complete();
            return;
        }

        _isReleasing = false;
        if (released.Failure is { } failure)
            StepFailed(failure);
        else
            actor.DeleteMessages(rows.Head - 1);
    }

    /// <summary>The journal holds no event up to this place.</summary>
    public void EventsDeleted(long through)
    {
        // A deletion of older events may have been on its way.
        if (through == rows.Head - 1)
            actor.DeleteSnapshots(EverySnapshot);
    }

    /// <summary>No such snapshot is left: the store's files are next.</summary>
    public void SnapshotsDeleted(SnapshotSelectionCriteria criteria)
    {
        // A deletion of older snapshots may have been on its way.
        if (criteria.MaxSequenceNr == EverySnapshot.MaxSequenceNr)
            (purge?.Purge(_purging.Token) ?? Task.CompletedTask).PipeTo(context.Self, success: () => Purged.Instance);
    }

    /// <summary>Nothing of the session is left.</summary>
    private void Complete()
    {
        _isDone = true;
        Request.Answered();
        foreach (var eraser in _erasers)
            eraser.Tell(new CommandAccepted(session.Id, session.State.ErasedBy!.Value, Repeated: false));
        _erasers.Clear();
        context.SetReceiveTimeout(passivateAfter);
    }

    public void StepFailed(Exception cause) =>
        log.Warning(cause, "Session {Session} is not erased everywhere yet; the erasure is repeated", session.Id);

    /// <summary>The same command again gets the same reply; to any other command the session does not exist.</summary>
    public void Handle(IIdentifiedCommand command)
    {
        if (command.CommandId != session.State.ErasedBy)
            context.Sender.Tell(new CommandRefused(session.Id, command.CommandId, Refusal.NotFound, null));
        else if (_isDone)
            context.Sender.Tell(new CommandAccepted(session.Id, command.CommandId, Repeated: true));
        else
            _erasers.Add(context.Sender);
    }

    /// <summary>The session leaves memory.</summary>
    public void Stop()
    {
        _purging.Cancel();
        _purging.Dispose();
    }
}
