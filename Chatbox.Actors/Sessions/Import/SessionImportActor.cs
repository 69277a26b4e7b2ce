using Akka.Actor;
using Akka.Persistence;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sessions.Indexing;
using Chatbox.Actors.Sessions.Journal;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages.Sessions;
using static Chatbox.Actors.Index.IndexProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Import;

/// <summary>
/// Stands in for a session that does not exist yet: writes the whole conversation into its journal at once, tells the index, and goes.
/// Where the journal has anything already it writes nothing; what an earlier run has brought it tells the index again, which may lack it.
/// </summary>
internal sealed class SessionImportActor : ReceivePersistentActor, IWithTimers
{
    /// <summary>How often an update is sent again before the index is given up. What is journaled stays: the next run tells the index.</summary>
    private const int MaxRepetitions = 6;

    /// <summary>What it needs of its process.</summary>
    internal sealed record Dependencies(IActorRef IndexWriter, ISessionIndex Index, ChatSessionOptions Options, SessionSealing Sealing);

    private sealed record ShareKept : INoSerializationVerificationNeeded;

    private sealed record ShareNotKept(Exception Cause) : INoSerializationVerificationNeeded;

    private sealed record IndexSilent : INoSerializationVerificationNeeded;

    private readonly ImportedSession _session;
    private readonly Dependencies _with;
    private readonly TaskCompletionSource<ImportOutcome> _outcome;
    private readonly IndexFeed _feed = new();
    private SessionState _state;
    private bool _isOurs;
    private ImportOutcome _done = ImportOutcome.WasHere;
    private int _repetitions;

    public SessionImportActor(ImportedSession session, Dependencies with, TaskCompletionSource<ImportOutcome> outcome)
    {
        (_session, _with, _outcome) = (session, with, outcome);
        _state = new SessionState(session.Id);

        Recover<SnapshotOffer>(offer => Begin(with.Sealing.OpenSnapshot(offer.Snapshot, session.Id, offer.Metadata.SequenceNr), offer));
        Recover<RecoveryCompleted>(_ => Begin());
        RecoverAny(row => Follow(with.Sealing.OpenEvent(row, session.Id, LastSequenceNr)));

        Command<ShareKept>(_ => Write());
        Command<ShareNotKept>(failed => Fail("The share token could not be kept.", failed.Cause));
        Command<UpdateWritten>(Handle);
        Command<IndexSilent>(_ => RepeatUpdate());
        Command<SaveSnapshotSuccess>(_ => Finish());
        // The journal has it all.
        Command<SaveSnapshotFailure>(_ => Finish());
    }

    public override string PersistenceId => SessionActor.PersistenceIdOf(_session.Id);

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PostStop()
    {
        _outcome.TrySetException(new SessionImportException("It was stopped."));
        base.PostStop();
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null) => Fail("Its journal could not be read.", reason);

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        Fail("It could not be written to the journal.", cause);

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) =>
        Fail("It could not be written to the journal.", cause);

    private void Begin(SessionSnapshot snapshot, SnapshotOffer offer)
    {
        _state = SessionState.From(snapshot);
        _feed.Begin(_state, offer.Metadata.SequenceNr, snapshot.IndexedThrough);
    }

    private void Follow(ISessionEvent @event)
    {
        var before = _state;
        _state = _state.Apply(@event, LastSequenceNr);
        _feed.Note(before, @event, _state, LastSequenceNr);
        _isOurs |= @event is SessionImported;
    }

    private void Begin()
    {
        if (LastSequenceNr > 0)
            TellIndex();
        else if (_session.ShareToken is { } token)
            // Before the journal: once the session is there, its owner may have revoked it, and a later run must not share it again.
            _with
                .Index.KeepShare(_session.Id, token, CancellationToken.None)
                .PipeTo(Self, success: () => new ShareKept(), failure: cause => new ShareNotKept(cause));
        else
            Write();
    }

    /// <summary>All of it or nothing.</summary>
    private void Write()
    {
        var events = _session.Events;
        var written = 0;
        PersistAll(
            events.Select((e, n) => _with.Sealing.IsSealing ? (object)_with.Sealing.Seal(e, n + 1) : e),
            _ =>
            {
                Follow(events[written++]);
                if (written < events.Length)
                    return;
                _done = ImportOutcome.Imported;
                TellIndex();
            }
        );
    }

    private void TellIndex()
    {
        // Of other sessions the index knows from themselves.
        if (!_isOurs || _feed.IsEmpty)
        {
            SnapshotOrFinish();
            return;
        }

        if (_feed.Next() is not { } update)
            return;
        _repetitions = 0;
        _with.IndexWriter.Tell(new WriteUpdate(update));
        Timers.StartPeriodicTimer(nameof(IndexSilent), new IndexSilent(), _with.Options.IndexTimeout);
    }

    private void RepeatUpdate()
    {
        if (++_repetitions > MaxRepetitions)
            Fail("It is in the journal, but the index has not taken it.", null);
        else if (_feed.OnItsWay is { } update)
            _with.IndexWriter.Tell(new WriteUpdate(update));
    }

    private void Handle(UpdateWritten written)
    {
        if (_feed.Acknowledge(written.Seq))
            TellIndex();
    }

    private void SnapshotOrFinish()
    {
        Timers.CancelAll();
        if (_done == ImportOutcome.Imported && LastSequenceNr >= _with.Options.SnapshotEvery)
        {
            var snapshot = _state.ToSnapshot(LastSequenceNr);
            SaveSnapshot(_with.Sealing.IsSealing ? _with.Sealing.Seal(snapshot, LastSequenceNr) : snapshot);
        }
        else
        {
            Finish();
        }
    }

    private void Finish()
    {
        _outcome.TrySetResult(_done);
        Context.Stop(Self);
    }

    private void Fail(string message, Exception? cause)
    {
        _outcome.TrySetException(new SessionImportException(cause is null ? message : $"{message} {cause.Message}", cause));
        Context.Stop(Self);
    }
}
