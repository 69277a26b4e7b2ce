using Akka.Actor;
using Akka.Event;
using Chatbox.Actors.Models;
using Chatbox.Actors.Sessions.Commands;
using Chatbox.Actors.Sessions.Journal;
using Chatbox.Actors.Sessions.Passivation;
using Chatbox.Actors.Sessions.State;
using Chatbox.Actors.Sessions.Viewers;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Answers;

/// <summary>
/// Runs the session's answers, one at a time: asks the model, shows and checkpoints its text, and journals the answer's end before
/// anybody hears of it.
/// </summary>
/// <param name="checkpointInterval">Longest time before shown text is journaled. With zero, every piece is journaled before it is shown.</param>
/// <param name="actor">The session's actor; receives <see cref="Lost"/>.</param>
internal sealed class AnswerRun(
    LoadedSession session,
    SessionJournal journal,
    SpeechRun speeches,
    SessionViewers viewers,
    SessionView view,
    SessionRest rest,
    CommandReplies replies,
    ReturnedFileRun files,
    AnswerRequests requests,
    ModelOptions options,
    TimeSpan checkpointInterval,
    TimeProvider clock,
    IActorContext context,
    IWithTimers actor,
    ILoggingAdapter log
)
{
    /// <summary>Restarts that an answer survives. An answer that is interrupted more often may be what brings its nodes down.</summary>
    private const int MaxResumptions = 5;

    /// <summary>The model has not ended the answer by its deadline. The actor passes it to <see cref="Handle(Lost)"/>.</summary>
    public sealed record Lost(MessageId AnswerId) : INoSerializationVerificationNeeded;

    private SessionState State => session.State;

    /// <summary>
    /// Asks the model for the answer that the state says is running. While the question is a recording that is being transcribed, the answer
    /// runs without a model; this method is called again then.
    /// </summary>
    public void Start()
    {
        var running = State.Running!;
        if (options.Models.FirstOrDefault(m => m.Id == running.ModelId) is not { } model)
            Fail(running, ErrorCode.LlmUnavailable);
        else if (running.Resumptions > MaxResumptions)
            Fail(running, ErrorCode.ServiceError);
        else if (session.IsLeaving || State.IsTranscribing(running.QuestionId))
            session.Answer = new LiveAnswer(running) { PromptTokens = () => 0 };
        else if (State.TranscriptOf(running.QuestionId) is { Failure: not null })
            Fail(running, ErrorCode.TranscriptionFailed);
        else
            requests.Ask(running, model);
    }

    /// <summary>
    /// Takes the rest of an answer from the node that the session has left, if its model is still there. The text goes on as if nothing had happened.
    /// </summary>
    public bool TryExpect(RunningAnswer running, RelayedStream stream)
    {
        if (options.Models.FirstOrDefault(m => m.Id == running.ModelId) is not { } model)
            return false;
        requests.Expect(running, model, stream);
        return true;
    }

    /// <summary>
    /// Continues an answer that a crash or a hand-over interrupted. The resumption is journaled before the model is asked: viewers that saw
    /// text beyond the checkpoint must learn that this text is withdrawn, even after another crash.
    /// </summary>
    public void Resume(RunningAnswer running) => Resume([], running.MessageId, running.Text.Length);

    /// <summary>Continues the answer of a stream that has ended on the node that the session left, with all text that has come.</summary>
    public void ResumeHere(LiveAnswer live) =>
        Resume(live.Checkpointed < live.Length ? [TakeCheckpoint(live)] : [], live.MessageId, live.Length);

    private void Resume(IReadOnlyList<ISessionEvent> before, MessageId answer, int length) =>
        journal.Write(
            [.. before, new AnswerResumed(session.Id, answer, length, clock.GetUtcNow())],
            () =>
            {
                Start();
                viewers.Pump();
            }
        );

    /// <summary>What the model reports about the running answer.</summary>
    public void Handle(IAttemptMessage message)
    {
        var model = context.Sender;
        Handle(message, () => model.Tell(new PieceTaken(message.AnswerId)));
    }

    /// <param name="taken">Confirms a piece of text, once it is shown.</param>
    public void Handle(IAttemptMessage message, Action taken)
    {
        // A message about an answer that has ended, or from an earlier incarnation of this session, is dropped.
        if (session.Answer is not { } live || live.MessageId != message.AnswerId || live.Attempt != message.Attempt)
        {
            files.Drop(message as AnswerFile);
            return;
        }

        switch (message)
        {
            case AnswerPiece when session.IsLeaving:
                break; // sent again to the next incarnation
            case AnswerPiece { Replaces: true } piece:
                Withdraw(live, () => Show(live, piece, taken));
                break;
            case AnswerPiece piece:
                Show(live, piece, taken);
                break;
            case AnswerThinks thinks:
                ShowThinking(live, thinks);
                break;
            case FilesRead read:
                live.PromptTokens = () => read.PromptTokens;
                if (read.Missed.Count > 0)
                    requests.TellUnread(read.Missed);
                break;
            case AnswerFile file:
                live.Responded(clock.GetUtcNow());
                files.Keep(file);
                break;
            case AnswerEnded ended:
                live.PromptMessages = ended.PromptMessages;
                Finish(live, ended.Reason, ended.Usage, ended.ErrorCode, ended.ProviderConversation, null);
                break;
        }
    }

    public void Handle(Lost lost)
    {
        if (session.Answer is not { } live || live.MessageId != lost.AnswerId)
            return;
        log.Error("The model did not end answer {Answer} by its deadline", lost.AnswerId);
        requests.Cancel(live);
        Finish(live, FinishReason.Timeout, null, ErrorCode.LlmTimeout, null, null);
    }

    /// <summary>Stops the running answer on its client's command.</summary>
    public void Stop(LiveAnswer live, StopAnswer command)
    {
        requests.Cancel(live);
        Finish(live, FinishReason.Stopped, null, null, null, command);
    }

    /// <summary>The session ends: the model stops. Returns the text that is not in the journal yet, and what the answer has cost.</summary>
    public ((int Offset, string Text)? Unwritten, TokenUsage Usage) Break()
    {
        if (session.Answer is not { } live)
            return (null, default);
        actor.Timers.Cancel(nameof(Lost));
        requests.Cancel(live);
        return (live.TakeCheckpoint(), Estimate(live));
    }

    /// <summary>Tells the model to stop, without an end of the answer: the session leaves memory or is erased.</summary>
    public void CancelModel()
    {
        if (session.Answer is { HasLeft: false } live)
            requests.Cancel(live);
    }

    /// <summary>Journals all of the answer's text, so that the answer can continue on another node. False if there is nothing to journal.</summary>
    public bool TryHandOver(Action then)
    {
        if (session.Answer is not { } live || live.Checkpointed >= live.Length)
            return false;
        Checkpoint(live, then);
        return true;
    }

    /// <summary>Journals all of the answer's text, and where the provider's stream goes on for the next incarnation.</summary>
    public void Leave(LiveAnswer live, string node, Action then) =>
        journal.WriteInBackground(
            TakeCheckpoint(live) with
            {
                StreamsFrom = node,
            },
            () =>
            {
                live.HasLeft = true;
                then();
            }
        );

    private void Fail(RunningAnswer running, string errorCode)
    {
        session.Answer = new LiveAnswer(running) { PromptTokens = () => 0 };
        Finish(session.Answer, FinishReason.Error, null, errorCode, null, null);
    }

    /// <summary>Thinking is shown while the answer runs. It is never journaled and never part of a prompt.</summary>
    private void ShowThinking(LiveAnswer live, AnswerThinks thinks)
    {
        live.Think(thinks.Text);
        if (live.ThinkingToldAt is not { } told || clock.GetElapsedTime(told) >= ThinkingReporter.Interval)
        {
            live.ThinkingToldAt = clock.GetTimestamp();
            viewers.ShowThinking(live);
        }

        viewers.Pump();
    }

    private void Show(LiveAnswer live, AnswerPiece piece, Action taken)
    {
        live.Responded(clock.GetUtcNow());
        live.Append(piece.Text);
        if (checkpointInterval == TimeSpan.Zero)
        {
            Checkpoint(live, ShowAll);
            return;
        }

        ShowAll();
        if (clock.GetElapsedTime(live.CheckpointedAt) >= checkpointInterval)
            Checkpoint(live, () => { });

        void ShowAll()
        {
            live.ShowAll();
            viewers.Pump();
            speeches.Follow(live);
            taken();
        }
    }

    /// <summary>Journaled before viewers hear of it: a viewer that is away must be told when it comes back.</summary>
    private void Withdraw(LiveAnswer live, Action then) =>
        journal.Write(
            [new AnswerWithdrawn(session.Id, live.MessageId, 0, clock.GetUtcNow())],
            () =>
            {
                live.Withdraw();
                view.ForgetPiece();
                speeches.Withdraw(live);
                viewers.Withdraw(live);
                then();
            }
        );

    private void Checkpoint(LiveAnswer live, Action then) => journal.WriteInBackground(TakeCheckpoint(live), then);

    private AnswerCheckpointed TakeCheckpoint(LiveAnswer live)
    {
        live.CheckpointedAt = clock.GetTimestamp();
        var (offset, text) = live.TakeCheckpoint();
        return new AnswerCheckpointed(session.Id, live.MessageId, offset, text, clock.GetUtcNow());
    }

    /// <summary>Our count of the answer's cost, for a provider that reports none.</summary>
    private static TokenUsage Estimate(LiveAnswer live) =>
        new(live.PromptTokens(), Prompt.EstimateTokens(live.ToString()), Estimated: true);

    /// <summary>The end is journaled before anybody hears of it; then the next waiting question has its turn.</summary>
    private void Finish(
        LiveAnswer live,
        FinishReason reason,
        TokenUsage? usage,
        string? errorCode,
        string? providerConversation,
        StopAnswer? stop
    )
    {
        actor.Timers.Cancel(nameof(Lost));

        // With a checkpoint interval of zero, text that was not shown yet was not journaled either; this write includes it.
        var (offset, text) = live.TakeCheckpoint();
        var finished = new AnswerFinished(
            session.Id,
            stop?.CommandId,
            live.MessageId,
            offset,
            text,
            reason,
            usage ?? Estimate(live),
            errorCode,
            providerConversation,
            clock.GetUtcNow()
        )
        {
            ResponseTime = live.ResponseTime,
            PromptMessages = live.PromptMessages,
        };
        session.Traces.WriteBegins(session.Traces.Of(live.MessageId));
        journal.Write(
            [finished, .. State.Speak(finished, speeches.IsPossible)],
            () =>
            {
                session.Answer = null;
                session.Traces.AnswerEnded(finished);
                speeches.Settle();
                if (stop is not null)
                    replies.Accept(stop, stop.Named);
                if (State.Running is not null)
                    Start();
                viewers.Pump();
                rest.BeginIfIdle();
            }
        );
    }
}
