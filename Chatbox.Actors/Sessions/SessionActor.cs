using Akka.Actor;
using Akka.Persistence;
using Chatbox.Actors.Dispatch;
using Chatbox.Actors.Index;
using Chatbox.Actors.Requests;
using Chatbox.Actors.Sessions.Answers;
using Chatbox.Actors.Sessions.Erasure;
using Chatbox.Actors.Sessions.Journal;
using Chatbox.Actors.Sessions.Passivation;
using Chatbox.Actors.Sessions.People;
using Chatbox.Actors.Sessions.Standing;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.HelpDesk.HelpDeskProtocol;
using static Chatbox.Messages.Sessions.RelayProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions;

/// <summary>
/// Owns one conversation and is the only writer of its journal. Decides about each message, persists events, and only then replies, shows
/// and asks the model. Each of its parts (<see cref="SessionParts"/>) has one duty; this type says which message
/// concerns which part.
/// </summary>
public sealed class SessionActor : UntypedPersistentActor, IWithTimers
{
    /// <summary>The messages of a session that can be read and is not erased.</summary>
    private static readonly MessageTable<SessionActor> Open = new MessageTable<SessionActor>()
        .WithConversation()
        .On<AttachViewer>((session, message) => session.Parts.Attendance.Attach(message, session.LastSequenceNr))
        .On<DetachViewer>((session, _) => session.Parts.Attendance.Detach(session.Sender))
        .On<Terminated>((session, gone) => session.HandleGone(gone.ActorRef))
        .On<ViewerTookBytes>((session, took) => session.Parts.Viewers.Took(session.Sender, took.Bytes))
        .On<AssistanceTimer.Due>((session, _) => session.Parts.Takeover.HandleDue())
        .On<AudienceNews.Due>((session, _) => session.Parts.Audience.HandleDue())
        .On<PresenceNews.Due>((session, due) => session.Parts.PresenceNews.Handle(due))
        .On<HelpReported>((session, reported) => session.Handle(reported))
        .On<EraseSession>((session, command) => session.Parts.Admission.Admit(command, named: false, session.Erase))
        .On<EraseUnused>((session, command) => session.Parts.Admission.Admit(command, named: false, session.Handle))
        .On<IAttemptMessage>((session, message) => session.Parts.Answers.Handle(message))
        .On<IRelayMessage>((session, message) => session.Parts.Move.Handle(message))
        .On<AnswerLeft>((session, message) => session.Parts.Move.Handle(message))
        .On<AnswerStays>((session, message) => session.Parts.Move.Handle(message))
        .On<AnswerMove.TooSlow>((session, message) => session.Parts.Move.Handle(message))
        .On<TranscriptionRun.Transcribed>((session, message) => session.Parts.Transcriptions.Handle(message))
        .On<SpeechRun.Spoken>((session, message) => session.Parts.Speeches.Handle(message))
        .On<AnswerRun.Lost>((session, message) => session.Parts.Answers.Handle(message))
        .On<IndexProtocol.UpdateWritten>((session, message) => session.Handle(message))
        .On<RepeatedRequest.Due>((session, due) => session.Repeat(due, session.Parts.Index.Repeat))
        .On<SessionRest.IndexTooSlow>((session, _) => session.Parts.Rest.StopNow())
        .On<ReceiveTimeout>((session, _) => session.Parts.Rest.PassivateIfIdle())
        .On<StopSession>((session, _) => session.Stop())
        .On<SaveSnapshotSuccess>((session, saved) => session.Parts.Trimming.Handle(saved))
        .On<SaveSnapshotFailure>((session, failed) => session.Parts.Trimming.Handle(failed))
        .On<DeleteMessagesSuccess>((session, _) => session.Parts.Rest.Trimmed())
        .On<DeleteMessagesFailure>((session, failed) => session.Parts.Trimming.Handle(failed))
        .On<DeleteSnapshotsSuccess>((_, _) => { })
        .On<DeleteSnapshotsFailure>((session, failed) => session.Parts.Trimming.Handle(failed));

    /// <summary>The messages of a session whose replay lacked events, until the snapshot store says whether a newer snapshot has them.</summary>
    private static readonly MessageTable<SessionActor> Doubtful = new MessageTable<SessionActor>()
        .On<LoadSnapshotResult>((session, newest) => session.Handle(newest))
        .On<LoadSnapshotFailed>((session, _) => Context.Stop(session.Self))
        .On<StopSession>((session, _) => Context.Stop(session.Self))
        .On<object>((session, _) => session.Stash.Stash());

    /// <summary>
    /// The messages of a session whose rows cannot be decrypted, or lack their snapshot. It tells everybody so, writes nothing and leaves memory: with the right
    /// key, the next incarnation can read the rows.
    /// </summary>
    private static readonly MessageTable<SessionActor> Unreadable = new MessageTable<SessionActor>()
        .On<AttachViewer>((session, _) => session.Sender.Tell(new SessionUnreadable(session.Parts.Session.Id)))
        .On<IIdentifiedCommand>((session, command) => session.Parts.Replies.Refuse(command, Refusal.Unreadable))
        // The owner cannot be read either. Yes leads the owner to the clear refusal above; no would give the owner a new session instead.
        .On<GetOwnership>((session, _) => session.Sender.Tell(new Ownership(session.Parts.Session.Id, Owned: true)))
        .On<ReopenSession>((session, _) => session.Sender.Tell(new Ownership(session.Parts.Session.Id, Owned: true)))
        // Nothing can be written, so the session cannot end. It takes no commands anyway, and another session may take its place.
        .On<RetireSession>((session, request) => session.Parts.Ending.ReplyRetired(request))
        .On<StopSession>((session, _) => Context.Stop(session.Self))
        .On<ReceiveTimeout>((session, _) => session.Parts.Rest.Passivate())
        .On<object>((_, _) => { });

    /// <summary>The messages of an erased session. Every user gets the same replies, so that nobody learns whose session it was.</summary>
    private static readonly MessageTable<SessionActor> Erased = new MessageTable<SessionActor>()
        .On<EraseSession>((session, message) => session.Parts.Erasure.Handle(message))
        .On<EraseUnused>((session, message) => session.Parts.Erasure.Handle(message))
        .On<IIdentifiedCommand>((session, command) => session.Parts.Replies.Refuse(command, Refusal.Ended, ending: Ending.Gone))
        .On<RetireSession>((session, request) => session.Parts.Ending.ReplyRetired(request))
        .On<AttachViewer>((session, _) => session.Sender.Tell(new ViewerDismissed(session.Parts.Session.Id)))
        .On<ReopenSession>((session, _) => session.Sender.Tell(new Ownership(session.Parts.Session.Id, false) { Ended = true }))
        .On<GetOwnership>((session, _) => session.Sender.Tell(new Ownership(session.Parts.Session.Id, false) { Ended = true }))
        .On<IndexProtocol.SessionRemoved>((session, _) => session.Parts.Erasure.IndexCleared())
        .On<DeleteMessagesSuccess>((session, deleted) => session.Parts.Erasure.EventsDeleted(deleted.ToSequenceNr))
        .On<DeleteSnapshotsSuccess>((session, deleted) => session.Parts.Erasure.SnapshotsDeleted(deleted.Criteria))
        .On<SessionErasure.IStepDone>((session, done) => session.Parts.Erasure.Handle(done))
        .On<DeleteSnapshotsFailure>((session, failed) => session.Parts.Erasure.StepFailed(failed.Cause))
        .On<DeleteMessagesFailure>((session, failed) => session.Parts.Erasure.StepFailed(failed.Cause))
        .On<Status.Failure>((session, failed) => session.Parts.Erasure.StepFailed(failed.Cause))
        .On<RepeatedRequest.Due>((session, due) => session.Repeat(due, session.Parts.Erasure.Repeat))
        .On<HelpReported>((session, reported) => session.Parts.Help.Acknowledge(reported))
        .On<SaveSnapshotSuccess>((session, _) => session.Parts.Erasure.EraseAll()) // a snapshot that was on its way when the snapshots were deleted
        .On<ReceiveTimeout>((session, _) => session.Parts.Rest.Passivate())
        .On<StopSession>((session, _) => Context.Stop(session.Self))
        .On<object>((_, _) => { }); // late messages about the erased conversation

    private readonly SessionDependencies _with;
    private MessageTable<SessionActor> _messages = Open;

    public SessionActor(SessionId id, SessionDependencies with)
    {
        PersistenceId = SessionPersistenceId.Of(id);
        _with = with;
        if (with.IsRehearsal)
            (JournalPluginId, SnapshotPluginId) = (RehearsalActor.Journal, RehearsalActor.SnapshotStore);
        Parts = new SessionParts(this, Context, id, with, Log);
    }

    /// <summary>
    /// Stops the session once all that it has shown is in the journal. Serves passivation, and the hand-over to another node in place of
    /// PoisonPill.
    /// </summary>
    public sealed record StopSession : INoSerializationVerificationNeeded
    {
        public static StopSession Instance { get; } = new();
    }

    /// <summary>Each has one duty; all run on this actor's thread.</summary>
    internal SessionParts Parts { get; }

    public override string PersistenceId { get; }

    public ITimerScheduler Timers { get; set; } = null!;

    private SessionState State => Parts.Session.State;

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case SnapshotOffer offer:
                Parts.Recovery.Restore(offer);
                break;
            case RecoveryCompleted:
                Begin();
                break;
            default:
                Parts.Recovery.Follow(message);
                break;
        }
    }

    protected override void OnCommand(object message)
    {
        if (!_messages.Handle(this, message))
            Unhandled(message);
    }

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
        Parts.Answers.CancelModel();
        Parts.Transcriptions.CancelAll();
        Parts.Speeches.CancelAll();
        Parts.Erasure.Stop();
        Parts.Session.Traces.Stop();
        Parts.Index.Stop();
        _with.Metrics.SessionsInMemory(-1);
        base.PostStop();
    }

    /// <summary>Recovery is over: continues whatever the last incarnation was doing.</summary>
    private void Begin()
    {
        if (Parts.Recovery.TryDoubt())
        {
            _messages = Doubtful;
            return;
        }

        var stayed = _with.Resting.Wake(Parts.Session.Id);
        if (!Parts.Recovery.IsComplete())
        {
            _messages = Unreadable;
            SetReceiveTimeout(_with.Options.PassivateAfter);
            Parts.Attendance.TurnAway(stayed);
            return;
        }

        if (State.IsErased)
        {
            BecomeErased(mayBeAtTheDesk: true);
            Parts.Attendance.TurnAway(stayed);
            return;
        }

        // Before anything else: a viewer that is told of a command must know by then that this incarnation is its session.
        Parts.Attendance.Resume(stayed);

        Parts.Index.Send();
        Parts.Help.Send();
        Parts.Timer.Arm();
        Parts.Presence.Check();
        Parts.Transcriptions.Start();
        Parts.Speeches.Settle();
        if (State.Running is { } running)
            Parts.Move.Continue(running);
        else
            Parts.Rest.BeginIfIdle();
    }

    private void Handle(LoadSnapshotResult newest)
    {
        if (!Parts.Recovery.TrySettle(newest))
        {
            Context.Stop(Self);
            return;
        }

        _messages = Open;
        Begin();
        Stash.UnstashAll();
    }

    private void HandleGone(IActorRef gone)
    {
        Parts.Move.HandleGone(gone);
        Parts.Attendance.Detach(gone);
    }

    private void Handle(EraseUnused command)
    {
        if (Parts.Viewers.IsEmpty)
            Erase(command);
        else
            Parts.Replies.Refuse(command, Refusal.StillUsed); // somebody looks at it right now
    }

    private void Erase(IIdentifiedCommand command)
    {
        Parts.Answers.CancelModel();
        Parts.Transcriptions.CancelAll();
        Parts.Speeches.CancelAll();
        var isAtTheDesk = State.Assistance.ChangedAt > 0;
        Parts.Erasure.Begin(
            command,
            () =>
            {
                Parts.Session.Answer = null;
                foreach (var viewer in Parts.Viewers.Dismiss())
                    Context.Unwatch(viewer);
                BecomeErased(isAtTheDesk);
            }
        );
    }

    /// <param name="mayBeAtTheDesk">The help desk may know the session, and must forget it.</param>
    private void BecomeErased(bool mayBeAtTheDesk)
    {
        _messages = Erased;
        if (mayBeAtTheDesk)
            Parts.Help.Close(LastSequenceNr);
        Parts.Erasure.EraseAll();
    }

    private void Handle(IndexProtocol.UpdateWritten written)
    {
        // An update that was repeated because the index was slow is acknowledged twice.
        if (!Parts.Index.Acknowledge(written.Seq))
            return;
        Parts.Journal.SnapshotIfDue();

        // A viewer that must read the history waits until the index has what the viewer lacks.
        Parts.Viewers.Pump();
        Parts.Rest.IndexAdvanced();
    }

    private void Repeat(RepeatedRequest.Due due, Action otherRequest)
    {
        if (!Parts.Help.Repeat(due))
            otherRequest();
    }

    private void Handle(HelpReported reported)
    {
        Parts.Help.Acknowledge(reported);
        Parts.Rest.BeginIfIdle();
    }

    /// <summary>A running answer continues on another node, with its stream or without: all of its text is journaled first.</summary>
    private void Stop()
    {
        if (!Parts.Move.TryLeave(StopAfterWrites) && !Parts.Answers.TryHandOver(Parts.Rest.StopOnceIndexed))
            StopAfterWrites();
    }

    private void StopAfterWrites() => DeferAsync(StopSession.Instance, _ => Parts.Rest.StopOnceIndexed());
}
