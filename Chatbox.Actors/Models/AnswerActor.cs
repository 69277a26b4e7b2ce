using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages.Sessions;
using Microsoft.Extensions.AI;
using static Chatbox.Actors.Models.ModelProtocol;

namespace Chatbox.Actors.Models;

/// <summary>
/// One answer: asks the provider, again if need be while the response has not begun, and hands the pieces to the session at the
/// session's pace. Ends within its deadlines whatever the provider does; when it stops, the provider's socket is closed.
/// </summary>
internal sealed class AnswerActor : ReceiveActor, IWithTimers
{
    /// <summary>Text that may gather while the session is busy, in UTF-16 code units; then the provider waits.</summary>
    private const int GatherCapacity = 32_768;

    private sealed record DeadlinePassed : INoSerializationVerificationNeeded;

    private sealed record TryAgain : INoSerializationVerificationNeeded;

    private sealed record StreamEnded(int Asked, StreamOutcome Outcome) : INoSerializationVerificationNeeded;

    private readonly StartAnswer _request;
    private readonly IActorRef _session;
    private readonly ModelDescription _model;
    private readonly IChatClient _client;
    private readonly ModelOptions _options;
    private readonly IChatboxMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly PieceGatherer _pieces = new(GatherCapacity);
    private readonly PieceSender _sender;
    private readonly ShrinkingPrompt _prompt;
    private readonly CancellationTokenSource _stop = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private AnswerStream? _stream;
    private int _try;
    private int _asked;
    private StreamOutcome? _ended;
    private Activity? _span;

    public AnswerActor(
        StartAnswer request,
        IActorRef session,
        ModelDescription model,
        IChatClient client,
        ModelOptions options,
        IChatboxMetrics metrics,
        TimeProvider clock
    )
    {
        (_request, _session, _model, _client, _options, _metrics, _clock) = (request, session, model, client, options, metrics, clock);
        _sender = new PieceSender(Self, session, request, _pieces);
        _prompt = new ShrinkingPrompt(request.Prompt, model, request.Limits);
        Receive<PieceTaken>(_ => ReportIfDone());
        Receive<StreamEnded>(Handle);
        Receive<TryAgain>(_ => Try());
        Receive<DeadlinePassed>(_ => HandleDeadline());
        Receive<Terminated>(_ => Context.Stop(Self));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Context.Watch(_session);
        var left = _options.AnswerTimeout - _request.Spent;
        if (_request.Length >= _options.MaxAnswerLength)
        {
            Finish(StreamOutcome.Completed(FinishReason.Length));
        }
        else if (left <= TimeSpan.Zero)
        {
            HandleDeadline();
        }
        else
        {
            Timers.StartSingleTimer(nameof(DeadlinePassed), new DeadlinePassed(), left);
            Try();
        }
    }

    protected override void PostStop()
    {
        _span.End("cancelled");
        _stop.Cancel();
    }

    private void Try()
    {
        _try++;
        Ask();
    }

    private void Ask()
    {
        _asked++;
        _metrics.ModelAsked(_model.Provider);
        _span = Tracing
            .Begin($"chat {_model.Id}", ActivityKind.Client, _request.TraceParent)
            ?.SetTag("gen_ai.operation.name", "chat")
            .SetTag("gen_ai.provider.name", _model.Provider)
            .SetTag("gen_ai.request.model", _model.Id.Value);
        var (number, model, self) = (_asked, Context.Parent, Self);
        _stream = new AnswerStream(_request, _prompt, _model, _client, _options, _clock, _stop.Token);
        _stream.Run(_pieces, _sender.Send, Began, Thinks).PipeTo(Self, success: outcome => new StreamEnded(number, outcome));

        void Began(TimeSpan latency)
        {
            _metrics.FirstToken(_model.Provider, latency);
            model.Tell(new ModelActor.TryBegan(), self);
        }

        void Thinks(string text)
        {
            // A model that thinks works: whoever waits to see it well again need not wait for the answer.
            model.Tell(new ModelActor.TryBegan(), self);
            _session.Tell(new AnswerThinks(_request.AnswerId, _request.Attempt, text), self);
        }
    }

    private void ReportIfDone()
    {
        if (_ended is { } outcome && _pieces.IsEmpty)
            Report(outcome);
    }

    private void Handle(StreamEnded ended)
    {
        if (ended.Asked != _asked || _ended is not null)
            return;
        _stream = null;
        var outcome = ended.Outcome;
        _span.End(outcome.ErrorCode);
        _span = null;
        Context.Parent.Tell(new ModelActor.TryEnded(outcome.CountsAgainstModel));
        if (outcome.PromptWasTaken)
            Context.Parent.Tell(new ModelActor.PromptTaken(_prompt, CountOf(outcome)));
        if (outcome.IsTooLong && _prompt.Shrink((outcome.Cause as ModelFailureException)?.ContextTokens))
        {
            // Not one of the tries: the provider has read the prompt and does not charge for it.
            _log.Info(
                "Model {Model} refused a prompt as too long; it is asked with {Messages} messages",
                _model.Id,
                _prompt.Messages.Count
            );
            Ask();
            return;
        }

        if (outcome.ErrorCode is null)
        {
            Finish(outcome);
            return;
        }

        _metrics.ModelFailed(_model.Provider);
        _log.Warning(
            outcome.Cause,
            "Model {Model} failed: {Reason}, try {Try} of {Tries}",
            _model.Id,
            outcome.Reason,
            _try,
            _options.MaxTries
        );
        if (outcome.MayTryAgain && _try < _options.MaxTries)
            Timers.StartSingleTimer(nameof(TryAgain), new TryAgain(), RetryDelay.Before(_try + 1, outcome.RetryAfter, _options.RetryDelay));
        else
            Finish(outcome);
    }

    /// <summary>The provider's count of this very prompt; a provider that keeps the conversation counts more than it was sent.</summary>
    private long? CountOf(StreamOutcome outcome) =>
        _request.ProviderConversation is null && outcome is { ProviderConversation: null, Usage.Prompt: > 0 and var count } ? count : null;

    private void HandleDeadline()
    {
        if (_ended is not null)
            return;
        _metrics.ModelFailed(_model.Provider);
        _log.Warning("Model {Model} did not finish an answer within {Deadline}", _model.Id, _options.AnswerTimeout);

        // A model that still speaks or thinks is slow, not sick; and between two tries the failure has been counted.
        if (_stream is { HasAnswer: false })
            Context.Parent.Tell(new ModelActor.TryEnded(Failed: true));
        Finish(StreamOutcome.Timeout);
    }

    /// <summary>No more text will come; the session hears of it after the last piece.</summary>
    private void Finish(StreamOutcome outcome)
    {
        if (_ended is not null)
            return;
        _ended = outcome;
        Timers.CancelAll();
        _stop.Cancel();
        if (_pieces.Complete() is { } piece)
            _sender.Send(piece);
        else
            ReportIfDone();
    }

    private void Report(StreamOutcome outcome)
    {
        if (outcome.Usage is { } usage)
            _metrics.TokensUsed(_model.Provider, usage.Prompt + usage.Completion);
        _session.Tell(
            new AnswerEnded(
                _request.AnswerId,
                _request.Attempt,
                outcome.Reason,
                outcome.Usage,
                outcome.ErrorCode,
                outcome.ProviderConversation
            )
            {
                PromptMessages = _prompt.Sent,
            }
        );
        Context.Stop(Self);
    }
}
