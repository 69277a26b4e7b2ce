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
    /// <summary>How one try went, for the breaker.</summary>
    internal sealed record TryEnded(MessageId AnswerId, bool Failed) : INoSerializationVerificationNeeded;

    private sealed record WaitedTooLong(MessageId AnswerId) : INoSerializationVerificationNeeded;

    private readonly ModelDescription _model;
    private readonly IChatClient _client;
    private readonly ModelOptions _options;
    private readonly IChatboxMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly CircuitBreaker _breaker;
    private readonly Dictionary<MessageId, (IActorRef Answer, IActorRef Session)> _running = [];
    private readonly LinkedList<(StartAnswer Request, IActorRef Session)> _waiting = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private MessageId? _probe;

    public ModelActor(ModelDescription model, IChatClient client, ModelOptions options, IChatboxMetrics metrics, TimeProvider clock)
    {
        (_model, _client, _options, _metrics, _clock) = (model, client, options, metrics, clock);
        _breaker = new CircuitBreaker(Context.System.Scheduler, options.BreakerFailures, Timeout.InfiniteTimeSpan, options.BreakerOpen);
        Receive<StartAnswer>(Handle);
        Receive<CancelAnswer>(Handle);
        Receive<TryEnded>(Handle);
        Receive<WaitedTooLong>(Handle);
        Receive<Terminated>(Handle);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    // An answer that crashed is over: starting it anew would double what was shown.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    private void Handle(StartAnswer request)
    {
        // A session that has restarted asks again under the same id, perhaps before its first answer is gone.
        Drop(request.AnswerId);
        if (_breaker.IsOpen || (_breaker.IsHalfOpen && _probe is not null))
            Refuse(request, Sender);
        else if (_running.Count < _model.MaxConcurrent)
            Start(request, Sender);
        else if (_waiting.Count < _model.MaxConcurrent)
            Queue(request, Sender);
        else
            Refuse(request, Sender);
        StartWaiting();
    }

    private void Handle(CancelAnswer cancel)
    {
        Drop(cancel.AnswerId);
        StartWaiting();
    }

    private void Handle(TryEnded ended)
    {
        if (_probe == ended.AnswerId)
            _probe = null;
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
        if (TakeWaiting(waited.AnswerId) is { } taken)
            Refuse(taken.Request, taken.Session);
    }

    private void Handle(Terminated terminated)
    {
        var (id, (answer, session)) = _running.FirstOrDefault(r => r.Value.Answer.Equals(terminated.ActorRef));
        if (answer is null)
            return; // dropped: nobody is told, and its place may be another's by now
        _running.Remove(id);

        // An answer that came to its end has said so before; this ends the one that crashed.
        session.Tell(new AnswerEnded(id, FinishReason.Error, null, ErrorCode.ServiceError, null));
        if (_probe == id)
            _probe = null;
        StartWaiting();
    }

    /// <summary>Nobody wants this answer any more: it ends without a word and its place is free at once.</summary>
    private void Drop(MessageId id)
    {
        TakeWaiting(id);
        if (_running.Remove(id, out var running))
            Context.Stop(running.Answer);
        if (_probe == id)
            _probe = null;
    }

    private void StartWaiting()
    {
        if (_running.Count >= _model.MaxConcurrent || _waiting.First is not { Value: var (request, session) })
            return;
        TakeWaiting(request.AnswerId);
        Start(request, session);
    }

    private void Start(StartAnswer request, IActorRef session)
    {
        if (_breaker.IsHalfOpen)
            _probe = request.AnswerId;
        var answer = Context.ActorOf(
            Props.Create(() => new AnswerActor(request, session, _model, _client, _options, _metrics, _clock)).WithDeploy(Deploy.Local)
        );
        Context.Watch(answer);
        _running[request.AnswerId] = (answer, session);
    }

    private void Queue(StartAnswer request, IActorRef session)
    {
        _waiting.AddLast((request, session));
        Timers.StartSingleTimer(request.AnswerId, new WaitedTooLong(request.AnswerId), _options.FirstTokenTimeout);
    }

    private (StartAnswer Request, IActorRef Session)? TakeWaiting(MessageId id)
    {
        for (var node = _waiting.First; node is not null; node = node.Next)
        {
            if (node.Value.Request.AnswerId != id)
                continue;
            _waiting.Remove(node);
            Timers.Cancel(id);
            return node.Value;
        }

        return null;
    }

    private void Refuse(StartAnswer request, IActorRef session)
    {
        _metrics.ModelFailed(_model.Provider);
        session.Tell(new AnswerEnded(request.AnswerId, FinishReason.Error, null, ErrorCode.LlmUnavailable, request.ProviderConversation));
    }
}
