using Akka.Actor;
using Akka.Event;
using Akka.Pattern;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using Microsoft.Extensions.AI;
using static Chatbox.Actors.Models.ModelProtocol;

namespace Chatbox.Actors.Models;

/// <summary>
/// One configured model on this node. A bulkhead: so many answers at once, as many again may wait. A circuit breaker: a model that
/// fails in a row is left alone for a while, then one answer probes it.
/// </summary>
internal sealed class ModelActor : ReceiveActor, IWithTimers
{
    /// <summary>The model has begun to answer the sender's request.</summary>
    internal sealed record TryBegan : INoSerializationVerificationNeeded;

    /// <summary>How one try of the sender went, for the breaker.</summary>
    internal sealed record TryEnded(bool Failed) : INoSerializationVerificationNeeded;

    private sealed record AnswerGone(IActorRef Answer) : INoSerializationVerificationNeeded;

    private sealed record WaitedTooLong(MessageId AnswerId, int Attempt) : INoSerializationVerificationNeeded;

    private sealed record Asked(StartAnswer Request, IActorRef Session)
    {
        public bool Is(MessageId answer, int attempt) => Request.AnswerId == answer && Request.Attempt == attempt;
    }

    private readonly ModelDescription _model;
    private readonly IChatClient _client;
    private readonly ModelOptions _options;
    private readonly IChatboxMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly CircuitBreaker _breaker;
    private readonly Dictionary<IActorRef, Asked> _running = [];
    private readonly LinkedList<Asked> _waiting = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();

    /// <summary>The one answer that may try a model that has been left alone.</summary>
    private IActorRef _probe = ActorRefs.Nobody;

    public ModelActor(ModelDescription model, IChatClient client, ModelOptions options, IChatboxMetrics metrics, TimeProvider clock)
    {
        (_model, _client, _options, _metrics, _clock) = (model, client, options, metrics, clock);
        _breaker = new CircuitBreaker(Context.System.Scheduler, options.BreakerFailures, Timeout.InfiniteTimeSpan, options.BreakerOpen);
        Receive<StartAnswer>(Handle);
        Receive<CancelAnswer>(Handle);
        Receive<TryBegan>(_ => HandleBegin());
        Receive<TryEnded>(Handle);
        Receive<WaitedTooLong>(Handle);
        Receive<AnswerGone>(Handle);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    // An answer that crashed is over: starting it anew would double what was shown.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    private bool MayAsk => _breaker.IsClosed || (_breaker.IsHalfOpen && _probe.IsNobody());

    private bool HasRoom => _running.Count < _model.MaxConcurrent;

    private void Handle(StartAnswer request)
    {
        var asked = new Asked(request, Sender);
        if (!MayAsk)
            Refuse(asked);
        else if (HasRoom)
            Start(asked);
        else if (_waiting.Count < _model.MaxConcurrent)
            Queue(asked);
        else
            Refuse(asked);
    }

    /// <summary>It ends without a word, and its place is free at once.</summary>
    private void Handle(CancelAnswer cancel)
    {
        TakeWaiting(cancel.AnswerId, cancel.Attempt);
        foreach (var (answer, _) in _running.Where(r => r.Value.Is(cancel.AnswerId, cancel.Attempt)).ToList())
        {
            Leave(answer);
            Context.Stop(answer);
        }

        StartWaiting();
    }

    /// <summary>A probe that is answered has shown what it was to show; how the answer ends counts like any other.</summary>
    private void HandleBegin()
    {
        if (!Sender.Equals(_probe))
            return;
        _probe = ActorRefs.Nobody;
        _breaker.Succeed();
    }

    private void Handle(TryEnded ended)
    {
        // What was asked before the model was left alone says nothing about how it is now.
        if (_breaker.IsHalfOpen && !Sender.Equals(_probe))
            return;
        if (Sender.Equals(_probe))
            _probe = ActorRefs.Nobody;
        if (!ended.Failed)
        {
            _breaker.Succeed();
            return;
        }

        var wasClosed = _breaker.IsClosed;
        _breaker.Fail();
        if (wasClosed && _breaker.IsOpen)
            _log.Error(
                "Model {Model} failed {Failures} times in a row and is left alone for {Open}",
                _model.Id,
                _options.BreakerFailures,
                _options.BreakerOpen
            );
    }

    private void Handle(WaitedTooLong waited)
    {
        if (TakeWaiting(waited.AnswerId, waited.Attempt) is { } asked)
            Refuse(asked);
    }

    private void Handle(AnswerGone gone)
    {
        // One that came to its end has said so before; this ends the one that crashed.
        if (Leave(gone.Answer) is { } asked)
            Tell(asked, FinishReason.Error, ErrorCode.ServiceError);
        StartWaiting();
    }

    private Asked? Leave(IActorRef answer)
    {
        if (answer.Equals(_probe))
            _probe = ActorRefs.Nobody;
        return _running.Remove(answer, out var asked) ? asked : null;
    }

    private void StartWaiting()
    {
        while (HasRoom && _waiting.First is { Value: var next })
        {
            TakeWaiting(next.Request.AnswerId, next.Request.Attempt);
            if (MayAsk)
                Start(next);
            else
                Refuse(next);
        }
    }

    private void Start(Asked asked)
    {
        var (request, session) = asked;
        var answer = Context.ActorOf(
            Props.Create(() => new AnswerActor(request, session, _model, _client, _options, _metrics, _clock)).WithDeploy(Deploy.Local)
        );
        if (_breaker.IsHalfOpen)
            _probe = answer;
        Context.WatchWith(answer, new AnswerGone(answer));
        _running[answer] = asked;
    }

    private void Queue(Asked asked)
    {
        _waiting.AddLast(asked);
        var waited = new WaitedTooLong(asked.Request.AnswerId, asked.Request.Attempt);
        Timers.StartSingleTimer(waited, waited, _options.FirstTokenTimeoutOf(_model));
    }

    private Asked? TakeWaiting(MessageId id, int attempt)
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

    private void Refuse(Asked asked)
    {
        _metrics.ModelFailed(_model.Provider);
        Tell(asked, FinishReason.Error, ErrorCode.LlmUnavailable);
    }

    private static void Tell(Asked asked, FinishReason reason, string errorCode)
    {
        var request = asked.Request;
        asked.Session.Tell(new AnswerEnded(request.AnswerId, request.Attempt, reason, null, errorCode, request.ProviderConversation));
    }
}
