using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages.Sessions;
using Microsoft.Extensions.AI;
using static Chatbox.Actors.Models.ModelProtocol;

namespace Chatbox.Actors.Models;

/// <summary>
/// Produces one answer: sends the request to the provider, retries while the response has not begun, and passes the pieces to the session
/// at the session's pace. The answer ends within its deadlines whatever the provider does. When the actor stops, the connection to the
/// provider is closed.
/// </summary>
internal sealed class AnswerActor : ReceiveActor, IWithTimers
{
    /// <summary>Text that may wait for a busy session, in UTF-16 code units. Beyond it, the provider's stream is not read.</summary>
    private const int GatherCapacity = 32_768;

    private sealed record DeadlinePassed : INoSerializationVerificationNeeded;

    private sealed record RetryDue : INoSerializationVerificationNeeded;

    private sealed record PromptRead(ReadPrompt Prompt) : INoSerializationVerificationNeeded;

    private sealed record StreamEnded(int Request, StreamOutcome Outcome) : INoSerializationVerificationNeeded;

    private readonly StartAnswer _request;
    private readonly SessionLink _session;
    private readonly ModelDescription _model;
    private readonly IChatClient _client;
    private readonly ModelFiles? _files;
    private readonly ModelOptions _options;
    private readonly IChatboxMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly PiecePacer? _pacer;
    private readonly PieceGatherer _pieces;
    private readonly ReadPace? _pace;
    private readonly PieceSender _sender;
    private readonly ReturnedFiles _returned;
    private readonly CancellationTokenSource _cancellation = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private ShrinkingPrompt _prompt;
    private Task<ReadPrompt>? _reading;
    private AnswerStream? _stream;
    private int _tries;
    private int _requests;
    private StreamOutcome? _outcome;
    private Activity? _span;

    /// <param name="files">What the model does with files; null for nothing but their names.</param>
    /// <param name="pacer">Null to send each piece as soon as the session has taken the one before.</param>
    public AnswerActor(
        StartAnswer request,
        IActorRef session,
        ModelDescription model,
        IChatClient client,
        ModelFiles? files,
        ModelOptions options,
        IChatboxMetrics metrics,
        TimeProvider clock,
        PiecePacer? pacer
    )
    {
        (_request, _session, _model, _client, _files) = (request, new SessionLink(session), model, client, files);
        (_options, _metrics, _clock, _pacer) = (options, metrics, clock, pacer);
        _pieces = new PieceGatherer(GatherCapacity, isPaced: pacer is not null);
        _pace = pacer is null ? null : new ReadPace();
        _sender = new PieceSender(Self, _session, request, _pieces, _pace);
        _returned = new ReturnedFiles(files?.Keeper, request, _session, Self, options.ReturnedFilesTimeout, clock, _cancellation.Token);
        _prompt = new ShrinkingPrompt(request.Prompt, model, request.Limits);
        Receive<PieceTaken>(_ => ReportEndIfSent());
        Receive<PromptRead>(Handle);
        Receive<StreamEnded>(Handle);
        Receive<RetryDue>(_ => BeginTry());
        Receive<DeadlinePassed>(_ => HandleDeadlinePassed());
        Receive<RedirectAnswer>(Handle);
        Receive<Terminated>(_ => Context.Stop(Self));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Context.Watch(_session.Session);
        var timeLeft = _options.AnswerTimeout - _request.Spent;
        if (_request.Length >= _options.MaxAnswerLength)
        {
            Finish(StreamOutcome.Completed(FinishReason.Length));
        }
        else if (timeLeft <= TimeSpan.Zero)
        {
            HandleDeadlinePassed();
        }
        else
        {
            Timers.StartSingleTimer(nameof(DeadlinePassed), new DeadlinePassed(), timeLeft);
            if (PromptReading.IsNeeded(_request.Prompt))
                ReadFiles();
            else
                BeginTry();
        }
    }

    protected override void PostStop()
    {
        _span.End("cancelled");
        _pieces.Complete();
        _cancellation.Cancel();
        _reading?.ContinueWith(read => read.Result.Dispose(), TaskContinuationOptions.OnlyOnRanToCompletion);
    }

    /// <summary>The session leaves the node: from now on the answer belongs to the relay.</summary>
    private void Handle(RedirectAnswer redirect)
    {
        if (!_sender.TryRedirect(redirect.Length, Sender))
        {
            redirect.Refuse(Sender);
            return;
        }

        Context.Unwatch(redirect.Session);
        Context.Watch(Sender);
        Context.Parent.Tell(new ModelActor.AnswerMoved(Sender));
    }

    private void ReadFiles()
    {
        var reading = new PromptReading(_files?.Reader, _model, _options.FilesTimeout, _clock);
        _reading = reading.Read(_request.Prompt, _request.Limits, _cancellation.Token);
        _reading.PipeTo(Self, success: read => new PromptRead(read));
    }

    private void Handle(PromptRead read)
    {
        if (_outcome is not null)
            return;
        _prompt = new ShrinkingPrompt(read.Prompt.Messages, _model, _request.Limits, mayBeTooLong: true);
        TellFiles(read.Prompt.Missed(_prompt.Messages));
        BeginTry();
    }

    private void TellFiles(IReadOnlyList<MessageFile> missed) =>
        _session.Tell(new FilesRead(_request.AnswerId, _request.Attempt, missed, TokenEstimate.Of(_prompt.Messages).Total), Self);

    private void BeginTry()
    {
        _tries++;
        SendRequest();
    }

    private void SendRequest()
    {
        _requests++;
        _metrics.ModelAsked(_model.Provider);
        _span = Tracing
            .Begin($"chat {_model.Id}", ActivityKind.Client, _request.TraceParent)
            ?.SetTag("gen_ai.operation.name", "chat")
            .SetTag("gen_ai.provider.name", _model.Provider)
            .SetTag("gen_ai.request.model", _model.Id.Value);
        var (number, model, self) = (_requests, Context.Parent, Self);
        _stream = new AnswerStream(_request, _prompt, _model, _client, _options, _pace, _clock, _cancellation.Token);
        _stream
            .Run(_pieces, _returned, _sender.Send, OnFirstText, OnThinking)
            .PipeTo(Self, success: outcome => new StreamEnded(number, outcome));

        void OnFirstText(TimeSpan latency)
        {
            _metrics.FirstToken(_model.Provider, latency);
            _pace?.Begin();
            _pacer?.Pace(_sender);
            model.Tell(new ModelActor.TryBegan(), self);
        }

        void OnThinking(string text)
        {
            // Thinking proves that the model works, so a probe of the breaker need not wait for the first text.
            model.Tell(new ModelActor.TryBegan(), self);
            _session.Tell(new AnswerThinks(_request.AnswerId, _request.Attempt, text), self);
        }
    }

    private void ReportEndIfSent()
    {
        if (_outcome is { } outcome && _pieces.IsEmpty)
            ReportEnd(outcome);
    }

    private void Handle(StreamEnded ended)
    {
        if (ended.Request != _requests || _outcome is not null)
            return;
        _stream = null;
        var outcome = ended.Outcome;
        _span.End(outcome.ErrorCode);
        _span = null;
        Context.Parent.Tell(new ModelActor.TryEnded(outcome.CountsAgainstModel));
        if (outcome.PromptWasTaken)
            Context.Parent.Tell(new ModelActor.PromptTaken(_prompt, ReportedCount(outcome)));
        if (outcome.IsTooLong && _prompt.Shrink((outcome.Cause as ModelFailureException)?.ContextTokens))
        {
            // This is not counted as a try: the provider has only read the prompt, and does not charge for it.
            _log.Info(
                "Model {Model} refused a prompt as too long; retrying with the newest {Messages} messages",
                _model.Id,
                _prompt.Messages.Count
            );
            SendRequest();
            return;
        }

        if ((outcome.IsTooLong || outcome.IsRefused) && LeaveOutFiles())
            return;
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
            _tries,
            _options.MaxTries
        );
        if (outcome.MayTryAgain && _tries < _options.MaxTries)
            Timers.StartSingleTimer(
                nameof(RetryDue),
                new RetryDue(),
                RetryDelay.Before(_tries + 1, outcome.RetryAfter, _options.RetryDelay)
            );
        else
            Finish(outcome);
    }

    /// <summary>Asks again with the files only named, if the provider may have refused them; false if there are none.</summary>
    private bool LeaveOutFiles()
    {
        var given = ReadPrompt.Given(_prompt.Messages);
        if (!_prompt.LeaveOutFiles())
            return false;
        _log.Warning("Model {Model} refused a prompt with {Files} files; asking again with their names only", _model.Id, given.Count);
        TellFiles(given);
        SendRequest();
        return true;
    }

    /// <summary>
    /// The provider's token count of this prompt; null if it reported none, keeps the conversation itself and so counts more than was
    /// sent, or counts files, of which an estimate says little.
    /// </summary>
    private long? ReportedCount(StreamOutcome outcome) =>
        _reading is null
        && _request.ProviderConversation is null
        && outcome is { ProviderConversation: null, Usage.Prompt: > 0 and var count }
            ? count
            : null;

    private void HandleDeadlinePassed()
    {
        if (_outcome is not null)
            return;
        _metrics.ModelFailed(_model.Provider);
        _log.Warning("Model {Model} did not finish an answer within {Deadline}", _model.Id, _options.AnswerTimeout);

        // A model that has written or thought something is slow, but works. Between two tries, the failure has been counted already.
        if (_stream is { HasAnswer: false })
            Context.Parent.Tell(new ModelActor.TryEnded(Failed: true));
        Finish(StreamOutcome.Timeout);
    }

    /// <summary>Ends the answer: no more text is accepted. The session is told after the last piece.</summary>
    private void Finish(StreamOutcome outcome)
    {
        if (_outcome is not null)
            return;
        _outcome = outcome;
        Timers.CancelAll();
        _cancellation.Cancel();
        if (_pieces.Complete() is { } piece)
            _sender.Send(piece);
        else
            ReportEndIfSent();
    }

    private void ReportEnd(StreamOutcome outcome)
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
            },
            Self
        );
        Context.Stop(Self);
    }
}
