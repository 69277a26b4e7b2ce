using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Persistence;
using Chatbox.Actors.Models;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions;

/// <summary>Owns one conversation: decides, journals, then replies, shows and asks the model. The only writer of its journal.</summary>
public sealed class SessionActor : ReceivePersistentActor, IWithTimers
{
    /// <summary>Restarts that an answer survives; one that outlives more may be what brings its node down.</summary>
    private const int MaxResumptions = 5;

    /// <summary>How much longer than an answer's own deadline the session waits for its end.</summary>
    private static readonly TimeSpan WatchdogMargin = TimeSpan.FromSeconds(30);

    private sealed record AnswerLost(MessageId AnswerId) : INoSerializationVerificationNeeded;

    private readonly SessionId _id;
    private readonly SessionDependencies _with;
    private readonly SessionView _view;
    private readonly Dictionary<IActorRef, Viewer> _viewers = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public SessionActor(SessionId id, SessionDependencies with)
    {
        (_id, _with) = (id, with);
        _view = new SessionView(id, with.Clock);

        Recover<ISessionEvent>(e => State = State.Apply(e, LastSequenceNr));
        Recover<SnapshotOffer>(offer => State = SessionState.From((SessionSnapshot)offer.Snapshot));
        Recover<RecoveryCompleted>(_ => Resume());

        Command<AttachViewer>(Handle);
        Command<DetachViewer>(_ => Detach(Sender));
        Command<Terminated>(gone => Detach(gone.ActorRef));
        Command<ViewerTookBytes>(Handle);
        Command<ShowTyping>(Handle);
        Command<GetOwnership>(Handle);

        Command<SubmitMessage>(command => Once(command, command.Named, Handle));
        Command<SelectModel>(command => Once(command, command.Named, Handle));
        Command<StopAnswer>(command => Once(command, command.Named, Handle));

        Command<AnswerPiece>(Handle);
        Command<AnswerEnded>(Handle);
        Command<AnswerLost>(Handle);

        Command<ReceiveTimeout>(_ => Context.Parent.Tell(new Passivate(StopSession.Instance)));
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

    public override string PersistenceId => $"session-{_id}";

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

    protected override void PostStop()
    {
        if (_view.Live is { } live)
            _with.Models.Tell(new CancelAnswer(live.MessageId, live.ModelId));
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

        // Repeated because our reply was slow: what has been sent must not be sent again.
        if (_viewers.TryGetValue(Sender, out var known) && known.Attachment == attach.Attachment)
        {
            Sender.Tell(new ViewerAttached(_id));
            return;
        }

        var reload = attach.LastSeq < State.ReplayableAfter;
        var from = attach.LastSeq is { } last && last <= LastSequenceNr && !reload ? last : LastSequenceNr;
        var viewer = new Viewer(Sender, attach.Attachment, from);
        Context.Watch(Sender);
        _viewers[Sender] = viewer;
        Sender.Tell(new ViewerAttached(_id));
        viewer.Send(_view, ConnectionStatus(attach.UserId, from, reload), from);
        if (attach.Unanswered is { } unanswered && State.Acknowledged(unanswered) is { } ack)
            viewer.Acknowledge(ack.Seq, ack.MessageId, default);
        if (attach.Partial is { } partial)
            viewer.Resume(partial, _view);
        viewer.Pump(_view);
        SetReceiveTimeout(null);
    }

    private void Detach(IActorRef connection)
    {
        Context.Unwatch(connection);
        _viewers.Remove(connection);
        RestIfIdle();
    }

    private void Handle(ViewerTookBytes took)
    {
        if (!_viewers.TryGetValue(Sender, out var viewer))
            return;
        viewer.Took(took.Bytes);
        viewer.Pump(_view);
    }

    private void Handle(ShowTyping typing)
    {
        if (!State.IsOpenTo(typing.UserId))
            return;
        var frame = ServerFrame.Typing(_id, typing.Typing, _with.Clock.GetUtcNow());
        foreach (var other in _viewers.Values.Where(v => !v.Connection.Equals(Sender) && v.HasRoom))
            other.Send(_view, frame, 0);
    }

    private void Handle(GetOwnership query)
    {
        Sender.Tell(new Ownership(_id, State.Owner == query.UserId));

        // Anybody may ask about any id: one that is nobody's session must not stay in memory for it.
        if (State.Owner is null && _viewers.Count == 0)
            Context.Parent.Tell(new Passivate(StopSession.Instance));
        else
            RestIfIdle();
    }

    /// <summary>A known id gets its first answer again; a refused command changes nothing.</summary>
    private void Once<TCommand>(TCommand command, bool named, Action<TCommand> handle)
        where TCommand : ISessionCommand
    {
        if (State.IsOpenTo(command.UserId) && State.Acknowledged(command.CommandId) is { } known)
        {
            Acknowledge(Sender, known, named);
            Sender.Tell(new CommandAccepted(_id, command.CommandId, Repeated: true));
        }
        else if (State.Refuse(command) is { } reason)
        {
            var retryAfter = (command as SubmitMessage)?.Admission.RetryAfter;
            Sender.Tell(new CommandRefused(_id, command.CommandId, reason, reason == Refusal.TooManyMessages ? retryAfter : null));
            RestIfIdle();
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
        Write(
            command.UserId,
            submitted,
            () =>
            {
                Confirm(command, command.Named);
                if (wasIdle)
                    StartAnswer();
                PumpAll();
            }
        );
    }

    private void Handle(SelectModel command)
    {
        if (_with.ModelOptions.Models.FirstOrDefault(m => m.Id == command.ModelId) is not { } model)
        {
            Sender.Tell(new CommandRefused(_id, command.CommandId, Refusal.UnknownModel, null));
            RestIfIdle();
            return;
        }

        Write(
            command.UserId,
            new ModelSelected(_id, command.CommandId, model.Id, _with.Clock.GetUtcNow()),
            () =>
            {
                foreach (var viewer in _viewers.Values)
                    viewer.ModelChanged(
                        ServerFrame.ModelConfirmed(_id, new ServerFrame.Model(model.Id, model.Name), _with.Clock.GetUtcNow())
                    );
                Confirm(command, command.Named);
                PumpAll();
            }
        );
    }

    private void Handle(StopAnswer command)
    {
        if (_view.Live is { } live)
            Finish(live, FinishReason.Stopped, null, null, null, command);
        else if (State.Owner is null)
            Confirm(command, new Acknowledgement(command.CommandId, LastSequenceNr, null, _with.Clock.GetUtcNow()), command.Named);
        else
            Write(
                command.UserId,
                new NothingToStop(_id, command.CommandId, _with.Clock.GetUtcNow()),
                () =>
                {
                    Confirm(command, command.Named);
                    PumpAll();
                }
            );
    }

    /// <summary>Opens the session first if this is its first durable command.</summary>
    private void Write(UserId user, ISessionEvent @event, Action then)
    {
        ISessionEvent[] events = State.Owner is null
            ? [new SessionOpened(_id, user, _with.ModelOptions.Default, @event.At), @event]
            : [@event];
        var started = _with.Clock.GetTimestamp();
        PersistAll(
            events,
            e =>
            {
                Apply(e, started);
                if (e is SessionOpened)
                    _with.Metrics.SessionCreated();
                if (ReferenceEquals(e, @event))
                    then();
            }
        );
    }

    private void Apply(ISessionEvent @event, long started)
    {
        _with.Metrics.Journaled("session", _with.Clock.GetElapsedTime(started));
        State = State.Apply(@event, LastSequenceNr);
        if (LastSequenceNr % _with.Options.SnapshotEvery == 0)
            SaveSnapshot(State.ToSnapshot());
    }

    /// <summary>The command is in the journal: its sender may know.</summary>
    private void Confirm(ISessionCommand command, bool named) => Confirm(command, State.Acknowledged(command.CommandId)!, named);

    private void Confirm(ISessionCommand command, Acknowledgement ack, bool named)
    {
        Acknowledge(Sender, ack, named);
        Sender.Tell(new CommandAccepted(_id, command.CommandId, Repeated: false));
    }

    private void Acknowledge(IActorRef sender, Acknowledgement ack, bool named)
    {
        if (!_viewers.TryGetValue(sender, out var viewer))
            return;
        var frame = named ? ServerFrame.Ack(_id, ack.CommandId, ack.Seq, ack.MessageId, ack.At) : default;
        viewer.Acknowledge(ack.Seq, ack.MessageId, frame);
        viewer.Pump(_view);
    }

    private void Resume()
    {
        if (State.Running is not { } running)
        {
            RestIfIdle();
            return;
        }

        // Journaled before the model is asked: whoever saw more than the checkpoint must be told so, even after another crash.
        var resumed = new AnswerResumed(_id, running.MessageId, running.Text.Length, _with.Clock.GetUtcNow());
        Write(
            State.Owner!.Value,
            resumed,
            () =>
            {
                StartAnswer();
                PumpAll();
            }
        );
    }

    private void StartAnswer()
    {
        var running = State.Running!;
        if (_with.ModelOptions.Models.FirstOrDefault(m => m.Id == running.ModelId) is not { } model)
            FailAnswer(running, ErrorCode.LlmUnavailable);
        else if (running.Resumptions > MaxResumptions)
            FailAnswer(running, ErrorCode.ServiceError);
        else
            AskModel(running, model);
    }

    private void FailAnswer(RunningAnswer running, string errorCode)
    {
        _view.Live = new LiveAnswer(running) { PromptTokens = 0 };
        Finish(_view.Live, FinishReason.Error, null, errorCode, null, null);
    }

    private void AskModel(RunningAnswer running, ModelDescription model)
    {
        var prompt = Prompt.For(State, model, _with.ModelOptions.SystemPrompt);
        _view.Live = new LiveAnswer(running) { PromptTokens = Prompt.EstimateTokens(prompt), CheckpointedAt = _with.Clock.GetTimestamp() };
        var continues = running.Text.Length > 0;
        _with.Models.Tell(
            new StartAnswer(running.MessageId, _id, State.Owner!.Value, model.Id, prompt, continues, State.ProviderConversation)
        );
        Timers.StartSingleTimer(nameof(AnswerLost), new AnswerLost(running.MessageId), _with.ModelOptions.AnswerTimeout + WatchdogMargin);
    }

    private void Handle(AnswerPiece piece)
    {
        // The piece of an answer that has ended, or of an earlier life of this session.
        if (_view.Live is not { } live || live.MessageId != piece.AnswerId)
            return;
        live.Append(piece.Text);
        if (_with.Options.CheckpointInterval == TimeSpan.Zero)
        {
            var model = Sender;
            Checkpoint(
                live,
                () =>
                {
                    live.ShowAll();
                    PumpAll();
                    model.Tell(new PieceTaken(piece.AnswerId));
                }
            );
            return;
        }

        live.ShowAll();
        PumpAll();
        Sender.Tell(new PieceTaken(piece.AnswerId));
        if (_with.Clock.GetElapsedTime(live.CheckpointedAt) >= _with.Options.CheckpointInterval)
            Checkpoint(live, () => { });
    }

    private void Checkpoint(LiveAnswer live, Action then)
    {
        var started = live.CheckpointedAt = _with.Clock.GetTimestamp();
        var (offset, text) = live.TakeCheckpoint();
        PersistAsync(
            new AnswerCheckpointed(_id, live.MessageId, offset, text, _with.Clock.GetUtcNow()),
            e =>
            {
                Apply(e, started);
                then();
            }
        );
    }

    private void Handle(AnswerEnded ended)
    {
        if (_view.Live is { } live && live.MessageId == ended.AnswerId)
            Finish(live, ended.Reason, ended.Usage, ended.ErrorCode, ended.ProviderConversation, null);
    }

    private void Handle(AnswerLost lost)
    {
        if (_view.Live is not { } live || live.MessageId != lost.AnswerId)
            return;
        _log.Error("Answer {Answer} was lost by its model", lost.AnswerId);
        Finish(live, FinishReason.Timeout, null, ErrorCode.LlmTimeout, null, null);
    }

    /// <summary>The end is journaled before anybody hears of it; then the next message has its turn.</summary>
    private void Finish(
        LiveAnswer live,
        FinishReason reason,
        TokenUsage? usage,
        string? errorCode,
        string? providerConversation,
        StopAnswer? stop
    )
    {
        Timers.Cancel(nameof(AnswerLost));
        if (stop is not null)
            _with.Models.Tell(new CancelAnswer(live.MessageId, live.ModelId));

        // With text journaled before it is shown, what was not shown yet was not journaled either; it is now.
        var (offset, text) = live.TakeCheckpoint();
        var finished = new AnswerFinished(
            _id,
            stop?.CommandId,
            live.MessageId,
            offset,
            text,
            reason,
            usage ?? new TokenUsage(live.PromptTokens, Prompt.EstimateTokens(live.ToString()), Estimated: true),
            errorCode,
            providerConversation,
            _with.Clock.GetUtcNow()
        );
        Write(
            State.Owner!.Value,
            finished,
            () =>
            {
                _view.Live = null;
                if (stop is not null)
                    Confirm(stop, stop.Named);
                if (State.Running is not null)
                    StartAnswer();
                PumpAll();
                RestIfIdle();
            }
        );
    }

    private void PumpAll()
    {
        foreach (var viewer in _viewers.Values)
            viewer.Pump(_view);
    }

    private ReadOnlyMemory<byte> ConnectionStatus(UserId user, long seq, bool reload) =>
        ServerFrame.ConnectionStatus(
            _id,
            user,
            _with.ModelOptions.Models.Select(m => new ServerFrame.Model(m.Id, m.Name)),
            State.ModelId ?? _with.ModelOptions.Default,
            seq,
            reload,
            _with.Clock.GetUtcNow()
        );

    private void RestIfIdle() => SetReceiveTimeout(_viewers.Count == 0 && State.Running is null ? _with.Options.PassivateAfter : null);

    /// <summary>A running answer goes on elsewhere from here: its checkpoint comes first.</summary>
    private void Stop()
    {
        if (_view.Live is { } live && live.Checkpointed < live.Length)
            Checkpoint(live, () => Context.Stop(Self));
        else
            DeferAsync(StopSession.Instance, _ => Context.Stop(Self));
    }
}
