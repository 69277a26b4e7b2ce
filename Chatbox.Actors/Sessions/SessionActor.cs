using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Chatbox.Actors.Index;
using Chatbox.Actors.Requests;
using Chatbox.Actors.Sessions.Answers;
using Chatbox.Actors.Sessions.Commands;
using Chatbox.Actors.Sessions.Erasure;
using Chatbox.Actors.Sessions.Expiry;
using Chatbox.Actors.Sessions.Indexing;
using Chatbox.Actors.Sessions.Journal;
using Chatbox.Actors.Sessions.Passivation;
using Chatbox.Actors.Sessions.State;
using Chatbox.Actors.Sessions.Viewers;
using Chatbox.Messages;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions;

/// <summary>
/// Owns one conversation and is the only writer of its journal. Decides about each message, persists events, and only then replies, shows
/// and asks the model. Each of its parts has one duty; this type says which message concerns which part.
/// </summary>
public sealed class SessionActor : ReceivePersistentActor, IWithTimers
{
    private readonly SessionDependencies _with;
    private readonly LoadedSession _session;
    private readonly SessionJournal _journal;
    private readonly SessionRecovery _recovery;
    private readonly IndexReports _index;
    private readonly SessionViewers _viewers;
    private readonly SessionRest _rest;
    private readonly CommandReplies _replies;
    private readonly CommandAdmission _admission;
    private readonly AnswerRun _answers;
    private readonly ConversationCommands _conversation;
    private readonly SessionEnding _ending;
    private readonly SessionErasure _erasure;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public SessionActor(SessionId id, SessionDependencies with)
    {
        var (context, options) = (Context, with.Options);
        PersistenceId = SessionPersistenceId.Of(id);
        _with = with;
        _session = new LoadedSession(id, options.Bounds);
        var rows = new SessionRows(this, id, with.Sealing);
        _index = new IndexReports(_session, with.IndexWriter, with.Lag, this, options.IndexTimeout, with.Clock, _log);
        _journal = new SessionJournal(_session, rows, _index, with.Metrics, with.Clock, options.SnapshotEvery);
        _recovery = new SessionRecovery(rows, _journal, PersistenceId, _log);
        var view = new SessionView(_session, () => _journal.IndexedThrough, with.Clock);
        _viewers = new SessionViewers(view, with.ModelOptions, with.Metrics, with.Clock);
        _rest = new SessionRest(_session, _viewers, _index, context, this, options.PassivateAfter, options.PassivateUnviewedAfter);
        _replies = new CommandReplies(_session, _viewers, context);
        _admission = new CommandAdmission(
            _session,
            _viewers,
            _index,
            _rest,
            _replies,
            context,
            with.ModelOptions,
            with.Clock,
            options.ReconnectTimeout
        );
        _answers = new AnswerRun(_session, _journal, _viewers, view, _rest, _replies, with, context, this, _log);
        _conversation = new ConversationCommands(_session, _journal, _answers, _viewers, _replies, with.ModelOptions, with.Clock);
        _ending = new SessionEnding(_session, _journal, _answers, _viewers, _rest, _replies, context, options, with.Metrics, with.Clock);
        _erasure = new SessionErasure(_session, rows, this, this, context, with, _log);

        Recover<SnapshotOffer>(_recovery.Restore);
        Recover<RecoveryCompleted>(_ => Begin());
        RecoverAny(_recovery.Follow);
        Open();
    }

    /// <summary>
    /// Stops the session once all that it has shown is in the journal. Serves passivation, and the hand-over to another node in place of
    /// PoisonPill.
    /// </summary>
    public sealed record StopSession : INoSerializationVerificationNeeded
    {
        public static StopSession Instance { get; } = new();
    }

    public override string PersistenceId { get; }

    public ITimerScheduler Timers { get; set; } = null!;

    private SessionState State => _session.State;

    protected override void PreStart()
    {
        base.PreStart();
        _with.Metrics.SessionsInMemory(1);
    }

    // A restarted actor has lost its viewers. They watch it, hear that it has stopped, and attach to the next incarnation.
    protected override void PostRestart(Exception reason)
    {
        base.PostRestart(reason);
        Context.Stop(Self);
    }

    protected override void PostStop()
    {
        _answers.CancelModel();
        _erasure.Stop();
        _session.Traces.Stop();
        _index.Stop();
        _with.Metrics.SessionsInMemory(-1);
        base.PostStop();
    }

    /// <summary>The messages of a session that can be read and is not erased.</summary>
    private void Open()
    {
        Command<AttachViewer>(Handle);
        Command<DetachViewer>(_ => Detach(Sender));
        Command<Terminated>(gone => Detach(gone.ActorRef));
        Command<ViewerTookBytes>(took => _viewers.Took(Sender, took.Bytes));
        Command<ShowTyping>(Handle);

        Command<SubmitMessage>(command => _admission.Admit(command, _conversation.Handle));
        Command<SelectModel>(command => _admission.Admit(command, _conversation.Handle));
        Command<StopAnswer>(command => _admission.Admit(command, _conversation.Handle));
        Command<RegenerateAnswer>(command => _admission.Admit(command, _conversation.Handle));

        Command<GetOwnership>(query => _ending.ReplyOwnership(query.UserId));
        Command<EndSession>(command => _admission.Admit(command, named: false, _ending.Handle));
        Command<EndIfIdle>(_ => _ending.EndIfIdle());
        Command<ReopenSession>(_ending.Handle);
        Command<RetireSession>(_ending.Handle);
        Command<EraseSession>(command => _admission.Admit(command, named: false, Handle));

        Command<AnswerPiece>(_answers.Handle);
        Command<AnswerThinks>(_answers.Handle);
        Command<AnswerEnded>(_answers.Handle);
        Command<AnswerRun.Lost>(_answers.Handle);

        Command<IndexProtocol.UpdateWritten>(Handle);
        Command<RepeatedRequest.Due>(_ => _index.Repeat());
        Command<SessionRest.IndexTooSlow>(_ => _rest.StopNow());

        Command<ReceiveTimeout>(_ => _rest.PassivateIfIdle());
        Command<StopSession>(_ => Stop());
        Command<SaveSnapshotSuccess>(saved => DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1)));
        Command<SaveSnapshotFailure>(failed =>
            _log.Warning(
                failed.Cause,
                "The snapshot at {Seq} was not saved; recovery reads the journal instead",
                failed.Metadata.SequenceNr
            )
        );
        Command<DeleteSnapshotsSuccess>(_ => { });
        Command<DeleteSnapshotsFailure>(failed => _log.Warning(failed.Cause, "Old snapshots were not deleted"));
    }

    /// <summary>
    /// The messages of a session whose rows cannot be decrypted. It tells everybody so, writes nothing and leaves memory: with the right
    /// key, the next incarnation can read the rows.
    /// </summary>
    private void Unreadable()
    {
        Command<AttachViewer>(_ => Sender.Tell(new SessionUnreadable(_session.Id)));
        Command<IIdentifiedCommand>(command => _replies.Refuse(command, Refusal.Unreadable));

        // The owner cannot be read either. Yes leads the owner to the clear refusal above; no would give the owner a new session instead.
        Command<GetOwnership>(_ => Sender.Tell(new Ownership(_session.Id, Owned: true)));
        Command<ReopenSession>(_ => Sender.Tell(new Ownership(_session.Id, Owned: true)));

        // Nothing can be written, so the session cannot end. It takes no commands anyway, and another session may take its place.
        Command<RetireSession>(request => Sender.Tell(new SessionRetired(_session.Id, request.Question, Retirement.Retired)));
        Command<StopSession>(_ => Context.Stop(Self));
        Command<ReceiveTimeout>(_ => _rest.Passivate());
        CommandAny(_ => { });
        SetReceiveTimeout(_with.Options.PassivateAfter);
    }

    /// <summary>The messages of an erased session. Every user gets the same replies, so that nobody learns whose session it was.</summary>
    private void Erased()
    {
        Command<EraseSession>(_erasure.Handle);
        Command<IIdentifiedCommand>(command => _replies.Refuse(command, Refusal.Ended, ending: Ending.Gone));
        Command<RetireSession>(request => Sender.Tell(new SessionRetired(_session.Id, request.Question, Retirement.Retired)));
        Command<AttachViewer>(_ => Sender.Tell(new ViewerDismissed(_session.Id)));
        Command<ReopenSession>(_ => Sender.Tell(new Ownership(_session.Id, false) { Ended = true }));
        Command<GetOwnership>(_ => Sender.Tell(new Ownership(_session.Id, false) { Ended = true }));

        Command<IndexProtocol.SessionRemoved>(_ => _erasure.IndexCleared());
        Command<DeleteSnapshotsSuccess>(deleted => _erasure.SnapshotsDeleted(deleted.Criteria));
        Command<DeleteMessagesSuccess>(_ => _erasure.Purge());
        Command<SessionErasure.Purged>(_ => _erasure.Complete());
        Command<DeleteSnapshotsFailure>(failed => _erasure.StepFailed(failed.Cause));
        Command<DeleteMessagesFailure>(failed => _erasure.StepFailed(failed.Cause));
        Command<Status.Failure>(failed => _erasure.StepFailed(failed.Cause));
        Command<RepeatedRequest.Due>(_ => _erasure.Repeat());
        Command<SaveSnapshotSuccess>(_ => _erasure.EraseAll()); // a snapshot that was on its way when the snapshots were deleted

        Command<ReceiveTimeout>(_ => _rest.Passivate());
        Command<StopSession>(_ => Context.Stop(Self));
        CommandAny(_ => { }); // late messages about the erased conversation
    }

    /// <summary>Recovery is over: continues whatever the last incarnation was doing.</summary>
    private void Begin()
    {
        if (!_recovery.IsReadable)
        {
            Become(Unreadable);
            return;
        }

        if (State.IsErased)
        {
            BecomeErased();
            return;
        }

        _index.Send();
        if (State.Running is { } running)
            _answers.Resume(running);
        else
            _rest.BeginIfIdle();
    }

    private void Handle(AttachViewer attach)
    {
        if (!State.IsOpenTo(attach.UserId))
        {
            Sender.Tell(new ViewerRefused(_session.Id));
            return;
        }

        if (_viewers.Attach(Sender, attach, LastSequenceNr))
            Context.Watch(Sender);
        _rest.Viewed();
    }

    private void Detach(IActorRef viewer)
    {
        Context.Unwatch(viewer);
        _viewers.Detach(viewer);
        _rest.BeginIfIdle();
    }

    private void Handle(ShowTyping typing)
    {
        if (State.IsOpenTo(typing.UserId))
            _viewers.ShowTyping(Sender, typing.Typing);
    }

    private void Handle(EraseSession command)
    {
        _answers.CancelModel();
        _erasure.Begin(
            command,
            () =>
            {
                _session.Answer = null;
                foreach (var viewer in _viewers.Dismiss())
                    Context.Unwatch(viewer);
                BecomeErased();
            }
        );
    }

    private void BecomeErased()
    {
        Become(Erased);
        _erasure.EraseAll();
    }

    private void Handle(IndexProtocol.UpdateWritten written)
    {
        // An update that was repeated because the index was slow is acknowledged twice.
        if (!_index.Acknowledge(written.Seq))
            return;
        _journal.SnapshotIfDue();

        // A viewer that must read the history waits until the index has what the viewer lacks.
        _viewers.Pump();
        _rest.IndexAdvanced();
    }

    /// <summary>A running answer continues on another node: its checkpoint is journaled first.</summary>
    private void Stop()
    {
        if (!_answers.TryHandOver(_rest.StopOnceIndexed))
            DeferAsync(StopSession.Instance, _ => _rest.StopOnceIndexed());
    }
}
