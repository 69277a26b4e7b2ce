using Akka.Actor;
using Akka.Event;
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
/// Runs the session's speeches: of the running answer, if its question asks for it, and of the finished ones that the state says are being
/// spoken. What becomes of a finished answer's speech is journaled before anybody hears it. The next incarnation begins an interrupted speech anew; it
/// stores the same file again, so that no sound is left over.
/// </summary>
/// <param name="speaker">Null on a node that speaks nothing.</param>
internal sealed class SpeechRun(
    LoadedSession session,
    SessionJournal journal,
    SessionViewers viewers,
    SessionRest rest,
    ISpeaker? speaker,
    IActorContext context,
    TimeProvider clock,
    ILoggingAdapter log
)
{
    private readonly Dictionary<MessageId, Attempt> _running = [];
    private MessageId? _followed;

    /// <summary>A speech has ended. The actor passes it to <see cref="Handle(Spoken)"/>.</summary>
    /// <param name="Attempt">Tells it from an earlier one of the same answer.</param>
    public sealed record Spoken(MessageId Answer, ISpeech Attempt, SpokenAnswer Result) : INoSerializationVerificationNeeded;

    /// <summary>A speech, and how much of the answer's text it has been given, in UTF-16 code units.</summary>
    private sealed class Attempt(ISpeech speech)
    {
        private int _given;

        public ISpeech Speech => speech;

        public bool IsFinishing { get; set; }

        /// <summary>Gives what it lacks of the text up to this length.</summary>
        public void Give(int length, Func<int, int, string> slice)
        {
            if (_given >= length)
                return;
            speech.Add(slice(_given, length - _given));
            _given = length;
        }
    }

    /// <summary>Whether this node speaks.</summary>
    public bool IsPossible => speaker is not null;

    private SessionState State => session.State;

    /// <summary>More of the running answer may be seen: speaks it, too, if the question asks for it.</summary>
    public void Follow(LiveAnswer live)
    {
        if (_followed != live.MessageId)
        {
            _followed = live.MessageId;
            if (speaker is not null && State.Running is { } running && State.QuestionOf(running).WantsSpeech())
                Begin(live.MessageId);
        }

        if (_running.TryGetValue(live.MessageId, out var attempt))
            attempt.Give(live.Shown, live.Slice);
    }

    /// <summary>The text of the running answer was withdrawn: what was spoken of it counts no more.</summary>
    public void Withdraw(LiveAnswer live)
    {
        _followed = null;
        if (_running.Remove(live.MessageId, out var attempt))
            attempt.Speech.Cancel();
    }

    /// <summary>
    /// Does what the state says, after an answer has ended or a recovery: ends the speeches that nobody wants any more, and finishes those that are
    /// requested.
    /// </summary>
    public void Settle()
    {
        foreach (var (answer, attempt) in _running.Where(r => !State.IsSpeaking(r.Key) && State.Running?.MessageId != r.Key).ToList())
        {
            _running.Remove(answer);
            attempt.Speech.Cancel();
        }

        foreach (var answer in State.Speaking)
            Finish(answer);
    }

    public void Handle(Spoken done)
    {
        var (answer, speech, result) = done;
        if (_running.GetValueOrDefault(answer)?.Speech != speech)
        {
            // The session has ended meanwhile, or another answer was asked for.
            Withdraw(answer, result);
            return;
        }

        _running.Remove(answer);
        if (result.Failure is not null)
            log.Warning("Answer {Answer} is not spoken: {Reason}", answer, result.Detail);
        journal.Write(
            [new SpeechFinished(session.Id, MessageId.New(), answer, result.File, result.Failure, result.IsCut, clock.GetUtcNow())],
            () =>
            {
                viewers.Pump();
                rest.BeginIfIdle();
            }
        );
    }

    /// <summary>Cancels every speech: the session is erased or leaves memory.</summary>
    public void CancelAll()
    {
        foreach (var attempt in _running.Values)
            attempt.Speech.Cancel();
        _running.Clear();
    }

    private Attempt Begin(MessageId answer) => _running[answer] = new Attempt(speaker!.Begin(State.Owner!.Value, session.Id, answer));

    private void Finish(MessageId answer)
    {
        if (_running.GetValueOrDefault(answer) is { IsFinishing: true })
            return;
        if (speaker is null)
        {
            Mute(answer);
            return;
        }

        var attempt = _running.GetValueOrDefault(answer) ?? Begin(answer);
        var text = State.SpokenAnswer(answer).Text;
        attempt.Give(text.Length, text.Substring);
        attempt.IsFinishing = true;
        attempt
            .Speech.Finish()
            .PipeTo(
                context.Self,
                success: result => new Spoken(answer, attempt.Speech, result),
                failure: e => new Spoken(answer, attempt.Speech, SpokenAnswer.Failed(SpeechFailure.Unavailable, e.Message))
            );
    }

    /// <summary>An earlier incarnation spoke the answer on another node; this node cannot.</summary>
    private void Mute(MessageId answer)
    {
        var silent = new SilentSpeech();
        _running[answer] = new Attempt(silent) { IsFinishing = true };
        context.Self.Tell(new Spoken(answer, silent, SpokenAnswer.Failed(SpeechFailure.Unavailable, "this node speaks nothing")));
    }

    private void Withdraw(MessageId answer, SpokenAnswer result)
    {
        if (speaker is null || result.File is null)
            return;
        speaker
            .Withdraw(result, CancellationToken.None)
            .ContinueWith(
                task =>
                    log.Warning(
                        "The sound of answer {Answer} stays until its session is erased: {Reason}",
                        answer,
                        task.Exception!.Message
                    ),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted,
                TaskScheduler.Default
            );
    }

    private sealed class SilentSpeech : ISpeech
    {
        public void Add(string text) { }

        public Task<SpokenAnswer> Finish() => throw new InvalidOperationException("Nothing speaks.");

        public void Cancel() { }
    }
}
