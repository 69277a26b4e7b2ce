using Akka.Actor;
using Akka.Event;
using Chatbox.Actors.Models;
using Chatbox.Actors.Sessions.Answers;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions;

/// <summary>The session's running answer: from the question to the model until its end is journaled.</summary>
public sealed partial class SessionActor
{
    /// <summary>Restarts that an answer survives; one that outlives more may be what brings its node down.</summary>
    private const int MaxResumptions = 5;

    /// <summary>How much longer than an answer's own deadline the session waits for its end.</summary>
    private static readonly TimeSpan WatchdogMargin = TimeSpan.FromSeconds(30);

    private sealed record AnswerLost(MessageId AnswerId) : INoSerializationVerificationNeeded;

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
            new StartAnswer(
                running.MessageId,
                running.Resumptions,
                _id,
                State.Owner!.Value,
                model.Id,
                prompt,
                continues,
                State.ProviderConversation
            )
            {
                Length = running.Text.Length,
                Spent = running.Spent,
                TraceParent = _view.Traces.AnswerBegins(running.MessageId, model.Id),
            }
        );

        // It may wait for its turn at a busy model before its own deadline begins.
        var longest = _with.ModelOptions.FirstTokenTimeoutOf(model) + _with.ModelOptions.AnswerTimeout + WatchdogMargin;
        Timers.StartSingleTimer(nameof(AnswerLost), new AnswerLost(running.MessageId), longest);
    }

    private void Handle(AnswerPiece piece)
    {
        // The piece of an answer that has ended, or of an earlier life of this session.
        if (Running(piece) is not { } live)
            return;
        if (piece.Replaces)
            Withdraw(live, () => Show(live, piece));
        else
            Show(live, piece);
    }

    private void Show(LiveAnswer live, AnswerPiece piece)
    {
        live.Responded(_with.Clock.GetUtcNow());
        live.Append(piece.Text);
        var model = Sender;
        if (_with.Options.CheckpointInterval == TimeSpan.Zero)
        {
            Checkpoint(live, ShowAll);
            return;
        }

        ShowAll();
        if (_with.Clock.GetElapsedTime(live.CheckpointedAt) >= _with.Options.CheckpointInterval)
            Checkpoint(live, () => { });

        void ShowAll()
        {
            live.ShowAll();
            _viewers.Pump();
            model.Tell(new PieceTaken(piece.AnswerId));
        }
    }

    /// <summary>
    /// Thinking is news of the moment and no part of the conversation: shown while the answer runs, never journaled, never part of a prompt.
    /// </summary>
    private void Handle(AnswerThinks thinks)
    {
        if (Running(thinks) is not { } live)
            return;
        live.Think(thinks.Text);
        if (live.ThinkingToldAt is not { } told || _with.Clock.GetElapsedTime(told) >= ThinkingReporter.Interval)
        {
            live.ThinkingToldAt = _with.Clock.GetTimestamp();
            _viewers.ShowThinking(live);
        }

        _viewers.Pump();
    }

    /// <summary>Journaled before viewers hear of it: one that is away must be told when it comes back.</summary>
    private void Withdraw(LiveAnswer live, Action then) =>
        WriteAll(
            [new AnswerWithdrawn(_id, live.MessageId, 0, _with.Clock.GetUtcNow())],
            () =>
            {
                _view.Withdraw(live);
                _viewers.Withdraw(live);
                then();
            }
        );

    /// <summary>The running answer, if the message is about it and not about an earlier attempt.</summary>
    private LiveAnswer? Running(IAttemptMessage message) =>
        _view.Live is { } live && live.MessageId == message.AnswerId && live.Attempt == message.Attempt ? live : null;

    private void Cancel(LiveAnswer live) => _with.Models.Tell(new CancelAnswer(live.MessageId, live.Attempt, live.ModelId));

    private void Checkpoint(LiveAnswer live, Action then)
    {
        var started = live.CheckpointedAt = _with.Clock.GetTimestamp();
        var (offset, text) = live.TakeCheckpoint();
        ToJournalAsync(
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
        if (Running(ended) is { } live)
        {
            live.PromptMessages = ended.PromptMessages;
            Finish(live, ended.Reason, ended.Usage, ended.ErrorCode, ended.ProviderConversation, null);
        }
    }

    private void Handle(AnswerLost lost)
    {
        if (_view.Live is not { } live || live.MessageId != lost.AnswerId)
            return;
        _log.Error("Answer {Answer} was lost by its model", lost.AnswerId);
        Cancel(live);
        Finish(live, FinishReason.Timeout, null, ErrorCode.LlmTimeout, null, null);
    }

    /// <summary>An estimate, for want of the provider's word.</summary>
    private static TokenUsage UsageOf(LiveAnswer live) => new(live.PromptTokens, Prompt.EstimateTokens(live.ToString()), Estimated: true);

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
            Cancel(live);

        // With text journaled before it is shown, what was not shown yet was not journaled either; it is now.
        var (offset, text) = live.TakeCheckpoint();
        var finished = new AnswerFinished(
            _id,
            stop?.CommandId,
            live.MessageId,
            offset,
            text,
            reason,
            usage ?? UsageOf(live),
            errorCode,
            providerConversation,
            _with.Clock.GetUtcNow()
        )
        {
            ResponseTime = live.ResponseTime,
            PromptMessages = live.PromptMessages,
        };
        _view.Traces.WriteBegins(_view.Traces.Of(live.MessageId));
        WriteAll(
            [finished],
            () =>
            {
                _view.Live = null;
                _view.Traces.AnswerEnded(finished);
                if (stop is not null)
                    Confirm(stop, stop.Named);
                if (State.Running is not null)
                    StartAnswer();
                _viewers.Pump();
                RestIfIdle();
            }
        );
    }
}
