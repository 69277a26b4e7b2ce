using Akka.Actor;
using Akka.Event;
using Chatbox.Actors.Models;
using Chatbox.Actors.Sessions.Commands;
using Chatbox.Actors.Sessions.Journal;
using Chatbox.Actors.Sessions.Passivation;
using Chatbox.Actors.Sessions.State;
using Chatbox.Actors.Sessions.Viewers;
using Chatbox.Actors.Voice;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.Answers;

/// <summary>
/// Runs the session's transcriptions: those that the state says are requested, and no others. Their outcome is journaled before anybody sees
/// it, and before the model is asked. A request that a crash or a hand-over interrupts is sent again by the next incarnation.
/// </summary>
/// <param name="transcriber">Null on a node that transcribes nothing.</param>
internal sealed class TranscriptionRun(
    LoadedSession session,
    SessionJournal journal,
    AnswerRun answers,
    SessionViewers viewers,
    SessionRest rest,
    CommandReplies replies,
    ITranscriber? transcriber,
    ModelOptions models,
    IActorContext context,
    TimeProvider clock,
    ILoggingAdapter log
)
{
    /// <summary>The metadata of a message that names the language of its recording.</summary>
    private const string Language = "language";

    private readonly Dictionary<MessageId, CancellationTokenSource> _running = [];

    /// <summary>A transcription has ended. The actor passes it to <see cref="Handle(Transcribed)"/>.</summary>
    /// <param name="Attempt">Tells it from an earlier one of the same message.</param>
    public sealed record Transcribed(MessageId Message, CancellationTokenSource Attempt, Transcription Result)
        : INoSerializationVerificationNeeded;

    /// <summary>Whether this node transcribes.</summary>
    public bool IsPossible => transcriber is not null;

    private SessionState State => session.State;

    /// <summary>Starts the requested transcriptions that do not run yet.</summary>
    public void Start()
    {
        foreach (var message in State.Transcribing.Where(message => !_running.ContainsKey(message)))
        {
            var attempt = _running[message] = new CancellationTokenSource();
            Transcribe(message, attempt.Token)
                .PipeTo(
                    context.Self,
                    success: result => new Transcribed(message, attempt, result),
                    failure: e => new Transcribed(message, attempt, Transcription.Failed(TranscriptionFailure.Unavailable, e.Message))
                );
        }
    }

    public void Handle(TranscribeMessage command)
    {
        if (transcriber is null)
        {
            replies.Refuse(command, Refusal.NoTranscription);
            rest.BeginIfIdle();
            return;
        }

        var (answer, now) = (MessageId.New(), clock.GetUtcNow());
        var events = State.Transcribe(command, answer, now);
        if (events.IsEmpty)
        {
            var voice = State.VoiceMessage(command.MessageId)!;
            replies.AcceptWithoutEffect(command, voice.Seq, now, command.Named);
            rest.BeginIfIdle();
            return;
        }

        session.Traces.WriteBegins(command.TraceParent);
        session.Traces.Remember(command.TraceParent, answer);
        journal.Write(
            [.. State.Enter(command.UserId, command.Permission, models.Default, now), .. events],
            () =>
            {
                replies.Accept(command, command.Named);
                Start();
                if (State.Running?.MessageId == answer)
                    answers.Start();
                viewers.Pump();
            }
        );
    }

    public void Handle(Transcribed done)
    {
        // The session has ended or was erased meanwhile, or this is a late end of an earlier attempt.
        if (_running.GetValueOrDefault(done.Message) != done.Attempt)
            return;
        _running.Remove(done.Message);
        done.Attempt.Dispose();
        var (text, failure, detail) = done.Result;
        if (failure is not null)
            log.Warning("The recording of {Message} has no transcript: {Reason}", done.Message, detail);
        journal.Write(
            [new TranscriptionFinished(session.Id, MessageId.New(), done.Message, text, failure, clock.GetUtcNow())],
            () =>
            {
                if (State.Running?.QuestionId == done.Message)
                    answers.Start();
                viewers.Pump();
                rest.BeginIfIdle();
            }
        );
    }

    /// <summary>Cancels every transcription: the session ends, is erased or leaves memory.</summary>
    public void CancelAll()
    {
        foreach (var attempt in _running.Values)
        {
            attempt.Cancel();
            attempt.Dispose();
        }

        _running.Clear();
    }

    private Task<Transcription> Transcribe(MessageId message, CancellationToken cancellationToken) =>
        transcriber is null ? Task.FromResult(Transcription.Failed(TranscriptionFailure.Unavailable, "this node transcribes nothing"))
        : State.VoiceMessage(message) is not { Files: { } files } voice
            ? Task.FromResult(Transcription.Failed(TranscriptionFailure.Gone, "the message is not in memory"))
        : transcriber.Transcribe(State.Owner!.Value, files, LanguageOf(voice), cancellationToken);

    private static string? LanguageOf(UserItem voice) =>
        voice.Metadata.GetValueOrDefault(Language) is { Length: 2 } language && language.All(char.IsAsciiLetterLower) ? language : null;
}
