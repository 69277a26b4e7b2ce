using Akka.Actor;
using Akka.Persistence;
using Chatbox.Actors.Index;
using Chatbox.Actors.Requests;
using Chatbox.Actors.Sessions.Indexing;
using Chatbox.Actors.Sessions.Journal;
using Chatbox.Actors.Sessions.Settings;
using Chatbox.Actors.Sessions.State;
using static Chatbox.Actors.Index.IndexProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Import;

/// <summary>
/// Imports one session: writes the whole conversation into the session's journal at once, reports it to the index, and stops. If the
/// journal is not empty, nothing is written; a session that an earlier run imported is reported again, because the index may lack it.
/// </summary>
internal sealed class SessionImportActor : ReceivePersistentActor, IWithTimers
{
    /// <summary>How often an update is repeated before the index is given up. The events stay in the journal; the next run reports them.</summary>
    private const int MaxRepetitions = 6;

    /// <summary>What an import uses of its process.</summary>
    internal sealed record Dependencies(
        IActorRef IndexWriter,
        ISessionIndex Index,
        ChatSessionOptions Options,
        SessionSealing Sealing,
        TimeProvider Clock
    );

    private sealed record ShareKept : INoSerializationVerificationNeeded;

    private sealed record ShareNotKept(Exception Cause) : INoSerializationVerificationNeeded;

    private readonly ImportedSession _session;
    private readonly Dependencies _with;
    private readonly TaskCompletionSource<ImportOutcome> _outcome;
    private readonly SessionRows _rows;
    private readonly IndexFeed _feed = new();
    private readonly RepeatedRequest _update;
    private SessionState _state;
    private bool _isOurs;
    private ImportOutcome _done = ImportOutcome.WasHere;

    public SessionImportActor(ImportedSession session, Dependencies with, TaskCompletionSource<ImportOutcome> outcome)
    {
        (_session, _with, _outcome) = (session, with, outcome);
        _state = new SessionState(session.Id);
        _rows = new SessionRows(this, session.Id, with.Sealing);
        _update = new RepeatedRequest(this, with.Options.IndexTimeout, with.Clock);

        Recover<SnapshotOffer>(Restore);
        Recover<RecoveryCompleted>(_ => Begin());
        RecoverAny(row => Follow(_rows.Open(row)));

        Command<ShareKept>(_ => Write());
        Command<ShareNotKept>(failed => Fail("The share token could not be kept.", failed.Cause));
        Command<UpdateWritten>(Handle);
        Command<RepeatedRequest.Due>(_ => RepeatUpdate());
        Command<SaveSnapshotSuccess>(_ => Finish());

        // The snapshot only saves time: the journal has everything.
        Command<SaveSnapshotFailure>(_ => Finish());
    }

    public override string PersistenceId => SessionPersistenceId.Of(_session.Id);

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PostStop()
    {
        _outcome.TrySetException(new SessionImportException("The import of the session was stopped."));
        base.PostStop();
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null) =>
        Fail("The session's journal could not be read.", reason);

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        Fail("The session could not be written to the journal.", cause);

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) =>
        Fail("The session could not be written to the journal.", cause);

    private void Restore(SnapshotOffer offer)
    {
        var snapshot = _rows.Open(offer);
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
            // Before the journal: once the session exists, its owner may revoke the share, and a later run must not share it again.
            _with
                .Index.KeepShare(_session.Id, token, CancellationToken.None)
                .PipeTo(Self, success: () => new ShareKept(), failure: cause => new ShareNotKept(cause));
        else
            Write();
    }

    /// <summary>Journals the whole conversation in one write, all of it or nothing.</summary>
    private void Write()
    {
        var events = _session.Events;
        _rows.Append(
            events,
            e =>
            {
                Follow(e);
                if (!ReferenceEquals(e, events[^1]))
                    return;
                _done = ImportOutcome.Imported;
                TellIndex();
            }
        );
    }

    private void TellIndex()
    {
        // A session that was not imported reports to the index itself.
        if (!_isOurs || _feed.IsEmpty)
            SnapshotOrFinish();
        else if (_feed.Next() is { } update)
            _update.Start(new WriteUpdate(update), _with.IndexWriter);
    }

    private void RepeatUpdate()
    {
        if (_update.Repetitions >= MaxRepetitions)
            Fail("The session is in the journal, but the index has not taken it.", null);
        else
            _update.Repeat();
    }

    private void Handle(UpdateWritten written)
    {
        if (!_feed.Acknowledge(written.Seq))
            return;
        _update.Answered();
        TellIndex();
    }

    private void SnapshotOrFinish()
    {
        if (_done == ImportOutcome.Imported && LastSequenceNr >= _with.Options.SnapshotEvery)
            _rows.Save(_state.ToSnapshot(LastSequenceNr));
        else
            Finish();
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
