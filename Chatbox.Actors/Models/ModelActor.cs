using Akka.Actor;
using Akka.Event;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using Microsoft.Extensions.AI;
using static Chatbox.Actors.Models.ModelProtocol;

namespace Chatbox.Actors.Models;

/// <summary>
/// One configured model on this node. A bulkhead: so many answers at once, as many again may wait. A circuit breaker: a model that
/// fails several users in a row is left alone for a while, then one answer probes it. Remembers how the model counts prompts.
/// </summary>
internal sealed class ModelActor : ReceiveActor, IWithTimers
{
    /// <summary>The model has begun to answer the sender's request.</summary>
    internal sealed record TryBegan : INoSerializationVerificationNeeded;

    /// <summary>How one try of the sender went, for the breaker.</summary>
    internal sealed record TryEnded(bool Failed) : INoSerializationVerificationNeeded;

    /// <summary>The provider took the sender's prompt, which says something about how it counts.</summary>
    /// <param name="Reported">The provider's count, if it gave one.</param>
    internal sealed record PromptTaken(ShrinkingPrompt Prompt, long? Reported) : INoSerializationVerificationNeeded;

    private sealed record LetProbe : INoSerializationVerificationNeeded;

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
    private readonly ModelBreaker _breaker;
    private readonly Dictionary<IActorRef, Asked> _running = [];
    private readonly LinkedList<Asked> _waiting = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();

    /// <summary>The answers that may try a model that has been left alone.</summary>
    private readonly HashSet<IActorRef> _probes = [];

    private PromptLimits _limits = PromptLimits.None;

    public ModelActor(ModelDescription model, IChatClient client, ModelOptions options, IChatboxMetrics metrics, TimeProvider clock)
    {
        (_model, _client, _options, _metrics, _clock) = (model, client, options, metrics, clock);
        _breaker = new ModelBreaker(options.BreakerFailures);
        Receive<StartAnswer>(Handle);
        Receive<CancelAnswer>(Handle);
        Receive<TryBegan>(_ => HandleBegin());
        Receive<TryEnded>(Handle);
        Receive<PromptTaken>(taken => _limits = taken.Prompt.Learn(_limits, taken.Reported, _clock.GetUtcNow()));
        Receive<LetProbe>(_ => _breaker.LetProbe());
        Receive<WaitedTooLong>(Handle);
        Receive<AnswerGone>(Handle);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    // An answer that crashed is over: starting it anew would double what was shown.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    private bool HasRoom => _running.Count < _model.MaxConcurrent;

    private void Handle(StartAnswer request)
    {
        var asked = new Asked(request, Sender);
        if (!_breaker.MayAsk(request.UserId))
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
        if (_probes.Remove(Sender))
            _breaker.Succeed();
    }

    private void Handle(TryEnded ended)
    {
        if (!_running.TryGetValue(Sender, out var asked))
            return;

        // What was asked before the model was left alone says nothing about how it is now.
        if (!_probes.Remove(Sender) && _breaker.IsProbed)
            return;
        if (!ended.Failed)
        {
            _breaker.Succeed();
            return;
        }

        var probed = _breaker.IsProbed;
        if (!_breaker.Fail(asked.Request.UserId))
            return;
        _probes.Clear();
        Timers.StartSingleTimer(nameof(LetProbe), new LetProbe(), _options.BreakerOpen);
        if (!probed)
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
        if (!_running.Remove(answer, out var asked))
            return null;
        if (_probes.Remove(answer))
            _breaker.Release(asked.Request.UserId);
        return asked;
    }

    private void StartWaiting()
    {
        while (HasRoom && _waiting.First is { Value: var next })
        {
            TakeWaiting(next.Request.AnswerId, next.Request.Attempt);
            if (_breaker.MayAsk(next.Request.UserId))
                Start(next);
            else
                Refuse(next);
        }
    }

    private void Start(Asked asked)
    {
        var session = asked.Session;
        _limits = _limits.At(_clock.GetUtcNow());
        var request = asked.Request with { Limits = _limits };
        var answer = Context.ActorOf(
            Props.Create(() => new AnswerActor(request, session, _model, _client, _options, _metrics, _clock)).WithDeploy(Deploy.Local)
        );
        if (_breaker.IsProbed)
        {
            _probes.Add(answer);
            _breaker.Probe(request.UserId);
        }

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
