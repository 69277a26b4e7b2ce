using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Chatbox.Actors.Sessions.State;
using Chatbox.Actors.Sessions.Viewers;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions;

/// <summary>Owns one conversation: decides, journals, then replies, shows and asks the model. The only writer of its journal.</summary>
public sealed partial class SessionActor : ReceivePersistentActor, IWithTimers
{
    private const string IdPrefix = "session-";

    private readonly SessionId _id;
    private readonly SessionDependencies _with;
    private readonly SessionView _view;
    private readonly SessionViewers _viewers;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private bool _wasViewed;

    public SessionActor(SessionId id, SessionDependencies with)
    {
        (_id, _with) = (id, with);
        _view = new SessionView(id, with.Clock)
        {
            State = new SessionState(id) { Bounds = with.Options.Bounds },
            IndexedThrough = () => _feed.IsEmpty ? LastSequenceNr : _feed.IndexedThrough,
        };
        _viewers = new SessionViewers(id, _view, with);

        RecoversSealed();

        Command<AttachViewer>(Handle);
        Command<DetachViewer>(_ => Detach(Sender));
        Command<Terminated>(gone => Detach(gone.ActorRef));
        Command<ViewerTookBytes>(took => _viewers.Took(Sender, took.Bytes));
        Command<ShowTyping>(Handle);
        Command<GetOwnership>(Handle);

        Command<SubmitMessage>(command => OnceIfActive(command, Handle));
        Command<SelectModel>(command => OnceIfActive(command, Handle));
        Command<StopAnswer>(command => OnceIfActive(command, Handle));
        Command<RegenerateAnswer>(command => OnceIfActive(command, Handle));

        HandleLife();

        Command<AnswerPiece>(Handle);
        Command<AnswerThinks>(Handle);
        Command<AnswerEnded>(Handle);
        Command<AnswerLost>(Handle);

        FeedsIndex();

        Command<ReceiveTimeout>(_ => RestStill());
        Command<StopSession>(_ => Stop());
        Command<SaveSnapshotSuccess>(saved => DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1)));
        Command<SaveSnapshotFailure>(failed =>
            _log.Warning(failed.Cause, "Snapshot at {Seq} was not saved; the journal has it all", failed.Metadata.SequenceNr)
        );
        Command<DeleteSnapshotsSuccess>(_ => { });
        Command<DeleteSnapshotsFailure>(failed => _log.Warning(failed.Cause, "Old snapshots were not deleted"));
    }

    /// <summary>Leaves memory once all that was shown is in the journal. Also the hand-over's stop message, instead of PoisonPill.</summary>
    public sealed record StopSession : INoSerializationVerificationNeeded
    {
        public static StopSession Instance { get; } = new();
    }

    public override string PersistenceId => PersistenceIdOf(_id);

    public ITimerScheduler Timers { get; set; } = null!;

    private SessionState State
    {
        get => _view.State;
        set => _view.State = value;
    }

    protected override void PreStart()
    {
        base.PreStart();
        _with.Metrics.SessionsInMemory(1);
    }

    // A restart has forgotten its viewers: they watch this actor, hear of its end and come back to the next life.
    protected override void PostRestart(Exception reason)
    {
        base.PostRestart(reason);
        Context.Stop(Self);
    }

    protected override void PostStop()
    {
        if (_view.Live is { } live)
            Cancel(live);
        _purging.Cancel();
        _purging.Dispose();
        _view.Traces.Stop();
        _with.Lag.Forget(_id);
        _with.Metrics.SessionsInMemory(-1);
        base.PostStop();
    }

    private void Handle(AttachViewer attach)
    {
        if (!State.IsOpenTo(attach.UserId))
        {
            Sender.Tell(new ViewerRefused(_id));
            return;
        }

        if (_viewers.Attach(Sender, attach, LastSequenceNr))
            Context.Watch(Sender);
        _wasViewed = true;
        SetReceiveTimeout(null);
    }

    private void Detach(IActorRef connection)
    {
        Context.Unwatch(connection);
        _viewers.Detach(connection);
        RestIfIdle();
    }

    private void Handle(ShowTyping typing)
    {
        if (State.IsOpenTo(typing.UserId))
            _viewers.ShowTyping(Sender, typing.Typing);
    }

    private void Handle(GetOwnership query)
    {
        var owned = State.Owner == query.UserId;
        Sender.Tell(
            new Ownership(_id, owned)
            {
                Ended = owned && State.HasEnded,
                CanBeReopened = owned && State.CanBeReopened(_with.Clock.GetUtcNow(), _with.Options.ReconnectTimeout),
            }
        );

        // Anybody may ask about any id: one that is nobody's session must not stay in memory for it.
        if (State.Owner is null && _viewers.IsEmpty)
            Rest();
        else
            RestIfIdle();
    }

    /// <summary>The command of a client, which this session takes only while it is its owner's active one.</summary>
    private void OnceIfActive<TCommand>(TCommand command, Action<TCommand> handle)
        where TCommand : IClientCommand =>
        Once(
            command,
            command.Named,
            permitted =>
            {
                if (RefuseModel(permitted) is { } reason)
                    Refuse(permitted, reason);
                else if (State.EndingFor(permitted, _with.Clock.GetUtcNow(), _with.Options.ReconnectTimeout) is { } ending)
                    Refuse(permitted, Refusal.Ended, ending);
                else
                    handle(permitted);
            }
        );

    private Refusal? RefuseModel(IClientCommand command) =>
        command is SelectModel { ModelId: var id } && _with.ModelOptions.Models.All(m => m.Id != id) ? Refusal.UnknownModel : null;

    private void Refuse(IIdentifiedCommand command, Refusal reason, Ending? ending = null)
    {
        Sender.Tell(new CommandRefused(_id, command.CommandId, reason, null) { Ending = ending });
        RestIfIdle();
    }

    /// <summary>A known id gets its first answer again; a refused command changes nothing.</summary>
    private void Once<TCommand>(TCommand command, bool named, Action<TCommand> handle)
        where TCommand : IIdentifiedCommand
    {
        if (State.IsOpenTo(command.UserId) && _viewers.MustReadFirst(Sender))
        {
            Sender.Tell(new CommandRefused(_id, command.CommandId, Refusal.MustReadFirst, null));
        }
        else if (State.IsOpenTo(command.UserId) && State.Acknowledged(command.CommandId) is { } known)
        {
            _viewers.Acknowledge(Sender, known, named);
            Sender.Tell(
                new CommandAccepted(_id, command.CommandId, Repeated: true)
                {
                    Ack = named && command is IClientCommand { Permission.OnlyIfKnown: true } ? _viewers.Ack(known) : default,
                }
            );
        }
        else if (State.Refuse(command) is { } reason)
        {
            var retryAfter = (command as ILimitedCommand)?.Admission.RetryAfter;
            Sender.Tell(new CommandRefused(_id, command.CommandId, reason, reason == Refusal.TooManyMessages ? retryAfter : null));
            RestIfIdle();
        }
        else if (command is ILimitedCommand && _feed.IsFull)
        {
            Sender.Tell(new CommandRefused(_id, command.CommandId, Refusal.IndexBehind, null));
        }
        else
        {
            handle(command);
        }
    }

    private void Handle(SubmitMessage command)
    {
        var now = _with.Clock.GetUtcNow();
        var submitted = new MessageSubmitted(
            _id,
            command.CommandId,
            MessageId.New(),
            MessageId.New(),
            command.UserId,
            command.Content,
            command.Metadata,
            command.SentAt,
            now
        );
        var wasIdle = State.Running is null;
        _view.Traces.WriteBegins(command.TraceParent);
        _view.Traces.Remember(command.TraceParent, submitted.MessageId, submitted.AnswerId);
        Write(
            command,
            submitted,
            () =>
            {
                Confirm(command, command.Named);
                if (wasIdle)
                    StartAnswer();
                _viewers.Pump();
            }
        );
    }

    private void Handle(SelectModel command)
    {
        var model = _with.ModelOptions.Models.First(m => m.Id == command.ModelId);
        Write(
            command,
            new ModelSelected(_id, command.CommandId, model.Id, _with.Clock.GetUtcNow()),
            () =>
            {
                _viewers.ModelChanged(model);
                Confirm(command, command.Named);
                _viewers.Pump();
            }
        );
    }

    private void Handle(RegenerateAnswer command)
    {
        var answer = MessageId.New();
        _view.Traces.WriteBegins(command.TraceParent);
        _view.Traces.Remember(command.TraceParent, answer);
        Write(
            command,
            new AnswerRegenerated(_id, command.CommandId, State.LastQuestion!.MessageId, answer, _with.Clock.GetUtcNow()),
            () =>
            {
                Confirm(command, command.Named);
                StartAnswer();
                _viewers.Pump();
            }
        );
    }

    private void Handle(StopAnswer command)
    {
        if (_view.Live is { } live && State.IsMeant(command))
            Finish(live, FinishReason.Stopped, null, null, null, command);
        else
            // Journaled even where nobody has said anything: sent again later, the same command must not stop an answer that runs then. It
            // does not open the session.
            WriteAll(
                [new NothingToStop(_id, command.CommandId, _with.Clock.GetUtcNow())],
                () =>
                {
                    Confirm(command, command.Named);
                    _viewers.Pump();
                }
            );
    }

    /// <summary>Opens the session first if this is its first durable command, and reopens it if it has ended.</summary>
    private void Write(IClientCommand command, ISessionEvent @event, Action then) =>
        WriteAll([.. State.Enter(command.UserId, command.Permission, _with.ModelOptions.Default, @event.At), @event], then);

    /// <summary>All of them or none.</summary>
    private void WriteAll(IReadOnlyList<ISessionEvent> events, Action then)
    {
        var started = _with.Clock.GetTimestamp();
        ToJournal(
            events,
            e =>
            {
                Apply(e, started);
                if (e is SessionOpened)
                    _with.Metrics.SessionCreated();
                if (!ReferenceEquals(e, events[^1]))
                    return;
                _view.Traces.Written();
                then();
            }
        );
    }

    private void Apply(ISessionEvent @event, long started)
    {
        _with.Metrics.Journaled("session", _with.Clock.GetElapsedTime(started));
        Follow(@event);

        // The command that opened the session follows at once: one update for both.
        if (@event is not SessionOpened)
            TellIndex();
        SnapshotIfDue();
    }

    /// <summary>The command is in the journal: its sender may know.</summary>
    private void Confirm(IIdentifiedCommand command, bool named)
    {
        _viewers.Acknowledge(Sender, State.Acknowledged(command.CommandId)!, named);
        Sender.Tell(new CommandAccepted(_id, command.CommandId, Repeated: false));
    }

    private void Resume()
    {
        if (State.IsErased)
        {
            BeginErasing();
            return;
        }

        TellIndex();
        if (State.Running is not { } running)
        {
            RestIfIdle();
            return;
        }

        // Journaled before the model is asked: whoever saw more than the checkpoint must be told so, even after another crash.
        var resumed = new AnswerResumed(_id, running.MessageId, running.Text.Length, _with.Clock.GetUtcNow());
        WriteAll(
            [resumed],
            () =>
            {
                StartAnswer();
                _viewers.Pump();
            }
        );
    }

    private bool IsIdle => _viewers.IsEmpty && State.Running is null && _feed.IsEmpty;

    /// <summary>
    /// A device that was here may soon be back. One that woke only because it is remembered, after a crash or a hand-over, has nobody to
    /// wait for: in a rolling restart all sessions of the last minutes would move from node to node, and stand in the way of the others.
    /// </summary>
    private void RestIfIdle()
    {
        var (viewed, unviewed) = (_with.Options.PassivateAfter, _with.Options.PassivateUnviewedAfter);
        SetReceiveTimeout(
            !IsIdle ? null
            : _wasViewed || viewed < unviewed ? viewed
            : unviewed
        );
    }

    /// <summary>A command that came without a viewer may have put it to work since the wait began.</summary>
    private void RestStill()
    {
        if (IsIdle)
            Rest();
    }

    /// <summary>A running answer goes on elsewhere from here: its checkpoint comes first.</summary>
    private void Stop()
    {
        if (_view.Live is { } live && live.Checkpointed < live.Length)
            Checkpoint(live, StopOnceIndexed);
        else
            DeferAsync(StopSession.Instance, _ => StopOnceIndexed());
    }
}
