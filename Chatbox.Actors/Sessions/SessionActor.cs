using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Chatbox.Actors.Index;
using Chatbox.Actors.Requests;
using Chatbox.Actors.Sessions.Answers;
using Chatbox.Actors.Sessions.Erasure;
using Chatbox.Actors.Sessions.Journal;
using Chatbox.Actors.Sessions.Passivation;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions;

/// <summary>
/// Owns one conversation and is the only writer of its journal. Decides about each message, persists events, and only then replies, shows
/// and asks the model. Each of its parts (<see cref="SessionParts"/>) has one duty; this type says which message
/// concerns which part.
/// </summary>
public sealed class SessionActor : ReceivePersistentActor, IWithTimers
{
    private readonly SessionDependencies _with;
    private readonly SessionParts _parts;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public SessionActor(SessionId id, SessionDependencies with)
    {
        PersistenceId = SessionPersistenceId.Of(id);
        _with = with;
        _parts = new SessionParts(this, Context, id, with, _log);

        Recover<SnapshotOffer>(_parts.Recovery.Restore);
        Recover<RecoveryCompleted>(_ => Begin());
        RecoverAny(_parts.Recovery.Follow);
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

    private SessionState State => _parts.Session.State;

    protected override void PreStart()
    {
        base.PreStart();
        _with.Metrics.SessionsInMemory(1);
    }

    // A restarted actor has lost its viewers. It stops, because the connections watch it: each tells its stream to attach to the next
    // incarnation.
    protected override void PostRestart(Exception reason)
    {
        base.PostRestart(reason);
        Context.Stop(Self);
    }

    protected override void PostStop()
    {
        _parts.Answers.CancelModel();
        _parts.Erasure.Stop();
        _parts.Session.Traces.Stop();
        _parts.Index.Stop();
        _with.Metrics.SessionsInMemory(-1);
        base.PostStop();
    }

    /// <summary>The messages of a session that can be read and is not erased.</summary>
    private void Open()
    {
        Command<AttachViewer>(Handle);
        Command<DetachViewer>(_ => Detach(Sender));
        Command<Terminated>(gone => Detach(gone.ActorRef));
        Command<ViewerTookBytes>(took => _parts.Viewers.Took(Sender, took.Bytes));
        Command<ShowTyping>(Handle);

        Command<SubmitMessage>(command => _parts.Admission.Admit(command, _parts.Conversation.Handle));
        Command<SelectModel>(command => _parts.Admission.Admit(command, _parts.Conversation.Handle));
        Command<StopAnswer>(command => _parts.Admission.Admit(command, _parts.Conversation.Handle));
        Command<RegenerateAnswer>(command => _parts.Admission.Admit(command, _parts.Conversation.Handle));

        Command<GetOwnership>(query => _parts.Ending.ReplyOwnership(query.UserId));
        Command<EndSession>(command => _parts.Admission.Admit(command, named: false, _parts.Ending.Handle));
        Command<EndIfIdle>(_ => _parts.Ending.EndIfIdle());
        Command<ReopenSession>(_parts.Ending.Handle);
        Command<RetireSession>(_parts.Ending.Handle);
        Command<EraseSession>(command => _parts.Admission.Admit(command, named: false, Handle));

        Command<AnswerPiece>(_parts.Answers.Handle);
        Command<AnswerThinks>(_parts.Answers.Handle);
        Command<AnswerEnded>(_parts.Answers.Handle);
        Command<AnswerRun.Lost>(_parts.Answers.Handle);

        Command<IndexProtocol.UpdateWritten>(Handle);
        Command<RepeatedRequest.Due>(_ => _parts.Index.Repeat());
        Command<SessionRest.IndexTooSlow>(_ => _parts.Rest.StopNow());

        Command<ReceiveTimeout>(_ => _parts.Rest.PassivateIfIdle());
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
        Command<AttachViewer>(_ => Sender.Tell(new SessionUnreadable(_parts.Session.Id)));
        Command<IIdentifiedCommand>(command => _parts.Replies.Refuse(command, Refusal.Unreadable));

        // The owner cannot be read either. Yes leads the owner to the clear refusal above; no would give the owner a new session instead.
        Command<GetOwnership>(_ => Sender.Tell(new Ownership(_parts.Session.Id, Owned: true)));
        Command<ReopenSession>(_ => Sender.Tell(new Ownership(_parts.Session.Id, Owned: true)));

        // Nothing can be written, so the session cannot end. It takes no commands anyway, and another session may take its place.
        Command<RetireSession>(request => Sender.Tell(new SessionRetired(_parts.Session.Id, request.Question, Retirement.Retired)));
        Command<StopSession>(_ => Context.Stop(Self));
        Command<ReceiveTimeout>(_ => _parts.Rest.Passivate());
        CommandAny(_ => { });
        SetReceiveTimeout(_with.Options.PassivateAfter);
    }

    /// <summary>The messages of an erased session. Every user gets the same replies, so that nobody learns whose session it was.</summary>
    private void Erased()
    {
        Command<EraseSession>(_parts.Erasure.Handle);
        Command<IIdentifiedCommand>(command => _parts.Replies.Refuse(command, Refusal.Ended, ending: Ending.Gone));
        Command<RetireSession>(request => Sender.Tell(new SessionRetired(_parts.Session.Id, request.Question, Retirement.Retired)));
        Command<AttachViewer>(_ => Sender.Tell(new ViewerDismissed(_parts.Session.Id)));
        Command<ReopenSession>(_ => Sender.Tell(new Ownership(_parts.Session.Id, false) { Ended = true }));
        Command<GetOwnership>(_ => Sender.Tell(new Ownership(_parts.Session.Id, false) { Ended = true }));

        Command<IndexProtocol.SessionRemoved>(_ => _parts.Erasure.IndexCleared());
        Command<DeleteSnapshotsSuccess>(deleted => _parts.Erasure.SnapshotsDeleted(deleted.Criteria));
        Command<DeleteMessagesSuccess>(_ => _parts.Erasure.Purge());
        Command<SessionErasure.Purged>(_ => _parts.Erasure.Complete());
        Command<DeleteSnapshotsFailure>(failed => _parts.Erasure.StepFailed(failed.Cause));
        Command<DeleteMessagesFailure>(failed => _parts.Erasure.StepFailed(failed.Cause));
        Command<Status.Failure>(failed => _parts.Erasure.StepFailed(failed.Cause));
        Command<RepeatedRequest.Due>(_ => _parts.Erasure.Repeat());
        Command<SaveSnapshotSuccess>(_ => _parts.Erasure.EraseAll()); // a snapshot that was on its way when the snapshots were deleted

        Command<ReceiveTimeout>(_ => _parts.Rest.Passivate());
        Command<StopSession>(_ => Context.Stop(Self));
        CommandAny(_ => { }); // late messages about the erased conversation
    }

    /// <summary>Recovery is over: continues whatever the last incarnation was doing.</summary>
    private void Begin()
    {
        if (!_parts.Recovery.IsReadable)
        {
            Become(Unreadable);
            return;
        }

        if (State.IsErased)
        {
            BecomeErased();
            return;
        }

        _parts.Index.Send();
        if (State.Running is { } running)
            _parts.Answers.Resume(running);
        else
            _parts.Rest.BeginIfIdle();
    }

    private void Handle(AttachViewer attach)
    {
        if (!State.IsOpenTo(attach.UserId))
        {
            Sender.Tell(new ViewerRefused(_parts.Session.Id));
            return;
        }

        if (_parts.Viewers.Attach(Sender, attach, LastSequenceNr))
            Context.Watch(Sender);
        _parts.Rest.Viewed();
    }

    private void Detach(IActorRef viewer)
    {
        Context.Unwatch(viewer);
        _parts.Viewers.Detach(viewer);
        _parts.Rest.BeginIfIdle();
    }

    private void Handle(ShowTyping typing)
    {
        if (State.IsOpenTo(typing.UserId))
            _parts.Viewers.ShowTyping(Sender, typing.Typing);
    }

    private void Handle(EraseSession command)
    {
        _parts.Answers.CancelModel();
        _parts.Erasure.Begin(
            command,
            () =>
            {
                _parts.Session.Answer = null;
                foreach (var viewer in _parts.Viewers.Dismiss())
                    Context.Unwatch(viewer);
                BecomeErased();
            }
        );
    }

    private void BecomeErased()
    {
        Become(Erased);
        _parts.Erasure.EraseAll();
    }

    private void Handle(IndexProtocol.UpdateWritten written)
    {
        // An update that was repeated because the index was slow is acknowledged twice.
        if (!_parts.Index.Acknowledge(written.Seq))
            return;
        _parts.Journal.SnapshotIfDue();

        // A viewer that must read the history waits until the index has what the viewer lacks.
        _parts.Viewers.Pump();
        _parts.Rest.IndexAdvanced();
    }

    /// <summary>A running answer continues on another node: its checkpoint is journaled first.</summary>
    private void Stop()
    {
        if (!_parts.Answers.TryHandOver(_parts.Rest.StopOnceIndexed))
            DeferAsync(StopSession.Instance, _ => _parts.Rest.StopOnceIndexed());
    }
}
