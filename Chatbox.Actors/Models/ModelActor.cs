using Akka.Actor;
using Akka.Event;
using Chatbox.Actors.Notifications;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using Microsoft.Extensions.AI;
using static Chatbox.Actors.Models.ModelProtocol;

namespace Chatbox.Actors.Models;

/// <summary>
/// One configured model on this node. It limits how many answers run and how many wait. A circuit breaker refuses requests for a while
/// after the model has failed for several users in a row, and then lets one answer probe the model. The actor also learns how the model
/// counts tokens.
/// </summary>
internal sealed class ModelActor : ReceiveActor, IWithTimers
{
    /// <summary>The model has begun to answer the sender's request.</summary>
    internal sealed record TryBegan : INoSerializationVerificationNeeded;

    /// <summary>One try of the sender has ended; the breaker counts it.</summary>
    internal sealed record TryEnded(bool Failed) : INoSerializationVerificationNeeded;

    /// <summary>The provider accepted the sender's prompt, which shows how it counts tokens.</summary>
    /// <param name="Reported">The provider's count; null if it reported none.</param>
    internal sealed record PromptTaken(ShrinkingPrompt Prompt, long? Reported) : INoSerializationVerificationNeeded;

    /// <summary>The sender reports to a relay, because its session has moved to another node.</summary>
    internal sealed record AnswerMoved(IActorRef Relay) : INoSerializationVerificationNeeded;

    private sealed record ProbeDue : INoSerializationVerificationNeeded;

    private sealed record AnswerStopped(IActorRef Answer) : INoSerializationVerificationNeeded;

    private sealed record WaitedTooLong(MessageId AnswerId, int Attempt) : INoSerializationVerificationNeeded;

    private sealed record PendingAnswer(StartAnswer Request, IActorRef Session)
    {
        public bool Is(MessageId answer, int attempt) => Request.AnswerId == answer && Request.Attempt == attempt;
    }

    private readonly ModelDescription _model;
    private readonly IChatClient _client;
    private readonly ModelFiles? _files;
    private readonly ModelOptions _options;
    private readonly IIncidents _incidents;
    private readonly IChatboxMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly PiecePacer? _pacer;
    private readonly ModelBreaker _breaker;
    private readonly Dictionary<IActorRef, PendingAnswer> _running = [];
    private readonly LinkedList<PendingAnswer> _waiting = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();

    /// <summary>The answers that probe the model while the breaker is half-open.</summary>
    private readonly HashSet<IActorRef> _probes = [];

    private bool _reportedOpen;
    private PromptLimits _limits = PromptLimits.None;

    /// <summary>Identifies the incident of the open breaker; null while it is closed.</summary>
    private string? _opening;

    /// <param name="files">What the models do with files; null for nothing but their names.</param>
    /// <param name="pacer">Paces the pieces of all answers; null for no pace.</param>
    public ModelActor(
        ModelDescription model,
        IChatClient client,
        ModelFiles? files,
        ModelOptions options,
        IIncidents incidents,
        IChatboxMetrics metrics,
        TimeProvider clock,
        PiecePacer? pacer
    )
    {
        (_model, _client, _files, _options) = (model, client, files, options);
        (_incidents, _metrics, _clock, _pacer) = (incidents, metrics, clock, pacer);
        _breaker = new ModelBreaker(options.BreakerFailures);
        Receive<StartAnswer>(Handle);
        Receive<CancelAnswer>(Handle);
        Receive<RedirectAnswer>(Handle);
        Receive<AnswerMoved>(Handle);
        Receive<TryBegan>(_ => HandleTryBegan());
        Receive<TryEnded>(Handle);
        Receive<PromptTaken>(taken => _limits = taken.Prompt.Learn(_limits, taken.Reported, _clock.GetUtcNow()));
        Receive<ProbeDue>(_ => _breaker.LetProbe());
        Receive<WaitedTooLong>(Handle);
        Receive<AnswerStopped>(Handle);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    // A crashed answer is not restarted: its text would be shown twice.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    private bool HasRoom => _running.Count < _model.MaxConcurrent;

    private void Handle(StartAnswer request)
    {
        var pending = new PendingAnswer(request, Sender);
        if (!_breaker.MayAsk(request.UserId))
            Refuse(pending);
        else if (HasRoom)
            Start(pending);
        else if (_waiting.Count < _model.MaxConcurrent)
            Queue(pending);
        else
            Refuse(pending);
    }

    /// <summary>Cancels an answer. It sends no reply, and its slot is free at once.</summary>
    private void Handle(CancelAnswer cancel)
    {
        RemoveWaiting(cancel.AnswerId, cancel.Attempt);
        foreach (var (answer, _) in _running.Where(r => r.Value.Is(cancel.AnswerId, cancel.Attempt)).ToList())
        {
            RemoveRunning(answer);
            Context.Stop(answer);
        }

        StartWaiting();
    }

    private void Handle(RedirectAnswer redirect)
    {
        if (_running.FirstOrDefault(r => r.Value.Is(redirect.AnswerId, redirect.Attempt)).Key is { } answer)
        {
            answer.Forward(redirect);
            return;
        }

        // It has ended, or waits for its turn, so the provider has not been asked.
        RemoveWaiting(redirect.AnswerId, redirect.Attempt);
        redirect.Refuse(Sender);
    }

    private void Handle(AnswerMoved moved)
    {
        if (_running.TryGetValue(Sender, out var pending))
            _running[Sender] = pending with { Session = moved.Relay };
    }

    /// <summary>Closes the breaker as soon as a probe is being answered. The end of that answer counts like any other.</summary>
    private void HandleTryBegan()
    {
        if (_probes.Remove(Sender))
            Succeed();
        ReportBreaker();
    }

    private void ReportBreaker()
    {
        if (_breaker.IsOpen == _reportedOpen)
            return;
        _reportedOpen = _breaker.IsOpen;
        _metrics.BreakersOpen(_model.Provider, _reportedOpen ? 1 : -1);
    }

    private void Handle(TryEnded ended)
    {
        if (!_running.TryGetValue(Sender, out var pending))
            return;

        // A request from before the breaker opened says nothing about the model's present state.
        if (!_probes.Remove(Sender) && _breaker.IsProbed)
            return;
        if (!ended.Failed)
        {
            Succeed();
            ReportBreaker();
            return;
        }

        var wasProbed = _breaker.IsProbed;
        if (!_breaker.Fail(pending.Request.UserId))
            return;
        ReportBreaker();
        _probes.Clear();
        Timers.StartSingleTimer(nameof(ProbeDue), new ProbeDue(), _options.BreakerOpen);
        if (wasProbed)
            return;
        _log.Error(
            "Model {Model} failed {Failures} times in a row; its circuit breaker is open for {Open}",
            _model.Id,
            _options.BreakerFailures,
            _options.BreakerOpen
        );
        _opening = $"{Guid.NewGuid():n}";
        _incidents.Raise(
            NodeIncidents.ModelFails(_opening, _model.Id.Value, _options.BreakerFailures, _breaker.AffectedUsers, _clock.GetUtcNow())
        );
    }

    private void Succeed()
    {
        _breaker.Succeed();
        if (_opening is not { } opening || _breaker.IsOpen)
            return;
        _opening = null;
        _log.Info("Model {Model} answers again; its circuit breaker is closed", _model.Id);
        _incidents.Raise(NodeIncidents.ModelWorks(opening, _model.Id.Value, _clock.GetUtcNow()));
    }

    private void Handle(WaitedTooLong waited)
    {
        if (RemoveWaiting(waited.AnswerId, waited.Attempt) is { } pending)
            Refuse(pending);
    }

    private void Handle(AnswerStopped stopped)
    {
        // An answer that ended normally has reported its end itself, so this concerns only a crashed one.
        if (RemoveRunning(stopped.Answer) is { } pending)
            SendEnd(pending, FinishReason.Error, ErrorCode.ServiceError);
        StartWaiting();
    }

    private PendingAnswer? RemoveRunning(IActorRef answer)
    {
        if (!_running.Remove(answer, out var pending))
            return null;
        if (_probes.Remove(answer))
            _breaker.Release(pending.Request.UserId);
        return pending;
    }

    private void StartWaiting()
    {
        while (HasRoom && _waiting.First is { Value: var next })
        {
            RemoveWaiting(next.Request.AnswerId, next.Request.Attempt);
            if (_breaker.MayAsk(next.Request.UserId))
                Start(next);
            else
                Refuse(next);
        }
    }

    private void Start(PendingAnswer pending)
    {
        var session = pending.Session;
        _limits = _limits.At(_clock.GetUtcNow());
        var request = pending.Request with { Limits = _limits };
        var answer = Context.ActorOf(
            Props
                .Create(() => new AnswerActor(request, session, _model, _client, _files, _options, _metrics, _clock, _pacer))
                .WithDeploy(Deploy.Local)
        );
        if (_breaker.IsProbed)
        {
            _probes.Add(answer);
            _breaker.Probe(request.UserId);
        }

        Context.WatchWith(answer, new AnswerStopped(answer));
        _running[answer] = pending;
    }

    private void Queue(PendingAnswer pending)
    {
        _waiting.AddLast(pending);
        var waited = new WaitedTooLong(pending.Request.AnswerId, pending.Request.Attempt);
        Timers.StartSingleTimer(waited, waited, _options.FirstTokenTimeoutOf(_model));
    }

    private PendingAnswer? RemoveWaiting(MessageId id, int attempt)
    {
        for (var node = _waiting.First; node is not null; node = node.Next)
        {
            if (!node.Value.Is(id, attempt))
                continue;
            _waiting.Remove(node);
            Timers.Cancel(new WaitedTooLong(id, attempt));
            return node.Value;
        }

        return null;
    }

    private void Refuse(PendingAnswer pending)
    {
        _metrics.ModelFailed(_model.Provider);
        SendEnd(pending, FinishReason.Error, ErrorCode.LlmUnavailable);
    }

    private static void SendEnd(PendingAnswer pending, FinishReason reason, string errorCode)
    {
        var request = pending.Request;
        pending.Session.Tell(new AnswerEnded(request.AnswerId, request.Attempt, reason, null, errorCode, request.ProviderConversation));
    }
}
