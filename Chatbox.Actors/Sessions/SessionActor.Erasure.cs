using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Persistence;
using Chatbox.Actors.Index;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions;

/// <summary>
/// The session's erasure: first a fact that outlives everything else, then index, snapshots, journal and the store's files, each step
/// repeated until it is done, over restarts too. What stays is that fact, so that the id can never become a session again.
/// </summary>
public sealed partial class SessionActor
{
    /// <summary>Wait for all steps before they begin anew.</summary>
    private static readonly TimeSpan EraseAgainAfter = TimeSpan.FromSeconds(10);

    private static readonly SnapshotSelectionCriteria EverySnapshot = new(long.MaxValue, DateTime.MaxValue);

    private sealed record EraseAgain : INoSerializationVerificationNeeded;

    private sealed record Purged : INoSerializationVerificationNeeded;

    private readonly List<IActorRef> _erasers = [];
    private readonly CancellationTokenSource _purging = new();
    private bool _nothingLeft;

    private void Handle(EraseSession command)
    {
        _erasers.Add(Sender);
        if (_view.Live is { } live)
            Cancel(live);
        Timers.CancelAll();
        SetReceiveTimeout(null);

        // Twice: a journal may keep the last row that was deleted, marked as such, to remember how far it had come. That row is the
        // first of these, which says nothing.
        var stone = new SessionErased(_id, command.CommandId, _with.Clock.GetUtcNow());
        var last = stone with { };
        PersistAll(
            [stone, last],
            e =>
            {
                State = State.Apply(e, LastSequenceNr);
                if (!ReferenceEquals(e, last))
                    return;
                _view.Live = null;
                foreach (var viewer in _viewers.Dismiss())
                    Context.Unwatch(viewer);
                BeginErasing();
            }
        );
    }

    private void BeginErasing()
    {
        Become(Erased);
        Erase();
    }

    /// <summary>Speaks for a session that is no more: everybody is told so, in the same words.</summary>
    private void Erased()
    {
        Command<EraseSession>(HandleErased);
        Command<IIdentifiedCommand>(command =>
            Sender.Tell(new CommandRefused(_id, command.CommandId, Refusal.Ended, null) { Ending = Ending.Gone })
        );
        Command<RetireSession>(request => Sender.Tell(new SessionRetired(_id, request.Question, Retirement.Retired)));
        Command<AttachViewer>(_ => Sender.Tell(new ViewerDismissed(_id)));
        Command<ReopenSession>(_ => Sender.Tell(new Ownership(_id, false) { Ended = true }));
        Command<GetOwnership>(_ => Sender.Tell(new Ownership(_id, false) { Ended = true }));

        Command<IndexProtocol.SessionRemoved>(_ => DeleteSnapshots(EverySnapshot));
        Command<DeleteSnapshotsSuccess>(deleted =>
        {
            if (deleted.Criteria.MaxSequenceNr == EverySnapshot.MaxSequenceNr)
                DeleteMessages(LastSequenceNr - 1);
        });
        Command<DeleteMessagesSuccess>(_ => Purge());
        Command<Purged>(_ => NothingIsLeft());
        Command<DeleteSnapshotsFailure>(failed => WillTryAgain(failed.Cause));
        Command<DeleteMessagesFailure>(failed => WillTryAgain(failed.Cause));
        Command<Status.Failure>(failed => WillTryAgain(failed.Cause));
        Command<EraseAgain>(_ => Erase());
        Command<SaveSnapshotSuccess>(_ => Erase()); // it was on its way and has come after the deletion

        Command<ReceiveTimeout>(_ => Context.Parent.Tell(new Passivate(StopSession.Instance)));
        Command<StopSession>(_ => Context.Stop(Self));
        CommandAny(_ => { }); // late words about what is no more
    }

    private void Erase()
    {
        _nothingLeft = false;
        SetReceiveTimeout(null);
        Timers.StartSingleTimer(nameof(EraseAgain), new EraseAgain(), EraseAgainAfter);
        _with.IndexWriter.Tell(new IndexProtocol.RemoveSession(_id));
    }

    private void Purge() => (_with.Purge?.Purge(_purging.Token) ?? Task.CompletedTask).PipeTo(Self, success: () => new Purged());

    private void NothingIsLeft()
    {
        _nothingLeft = true;
        Timers.Cancel(nameof(EraseAgain));
        foreach (var eraser in _erasers)
            eraser.Tell(new CommandAccepted(_id, State.ErasedBy!.Value, Repeated: false));
        _erasers.Clear();
        SetReceiveTimeout(_with.Options.PassivateAfter);
    }

    private void WillTryAgain(Exception cause) =>
        _log.Warning(cause, "Session {Session} is not erased everywhere yet; this is tried again", _id);

    private void HandleErased(EraseSession command)
    {
        if (command.CommandId != State.ErasedBy)
            Sender.Tell(new CommandRefused(_id, command.CommandId, Refusal.NotFound, null));
        else if (_nothingLeft)
            Sender.Tell(new CommandAccepted(_id, command.CommandId, Repeated: true));
        else
            _erasers.Add(Sender);
    }
}
