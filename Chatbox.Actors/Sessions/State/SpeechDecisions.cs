using System.Collections.Immutable;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.State;

/// <summary>What a session knows and decides about answers that are spoken. Pure.</summary>
internal static class SpeechDecisions
{
    /// <summary>Most answers of a session that are being spoken. Further ones get no sound, and say so.</summary>
    public const int MaxSpeaking = 10;

    /// <summary>The metadata of a message whose answer is to be spoken.</summary>
    private const string Wish = "speak";

    /// <summary>Whether the answer to this message is to be spoken.</summary>
    public static bool WantsSpeech(this UserItem question) => question.Metadata.GetValueOrDefault(Wish) == "true";

    public static bool IsSpeaking(this SessionState state, MessageId answer) => state.Speaking.Contains(answer);

    /// <summary>The speech of an answer; null if there is none in memory.</summary>
    public static SpeechItem? SpeechOf(this SessionState state, MessageId answer) =>
        state.Items.FindLast(item => item is SpeechItem speech && speech.Of == answer) as SpeechItem;

    /// <summary>How the speech of an answer stands, as clients see it; null if the answer is not spoken.</summary>
    public static string? SpeechStateOf(this SessionState state, MessageId answer) =>
        state.IsSpeaking(answer) ? SpeechFrames.Pending
        : state.SpeechOf(answer) is { } speech ? SpeechFrames.State(speech)
        : null;

    /// <summary>The finished answer with this id that is being spoken. It stays in memory until then.</summary>
    public static AnswerItem SpokenAnswer(this SessionState state, MessageId answer) =>
        state.Items.OfType<AnswerItem>().Last(item => item.MessageId == answer);

    /// <summary>
    /// What follows the end of the running answer: it is spoken if its question asks for it, and if the answer ended by itself. Nobody wants to
    /// hear an answer that was stopped, and an answer that failed is not worth the sound.
    /// </summary>
    /// <param name="speaks">Whether this node can speak.</param>
    public static ImmutableList<ISessionEvent> Speak(this SessionState state, AnswerFinished finished, bool speaks) =>
        !speaks
        || finished.Reason is not (FinishReason.Stop or FinishReason.Length)
        || state.Running is not { } running
        || !state.QuestionOf(running).WantsSpeech()
            ? []
        : state.Speaking.Count < MaxSpeaking ? [new SpeechRequested(state.Id, finished.MessageId, finished.At)]
        : [state.Unspoken(finished.MessageId, SpeechFailure.Unavailable, finished.At)];

    /// <summary>Another answer takes the place of this one: nobody waits for its speech any more.</summary>
    public static IEnumerable<ISessionEvent> Silence(this SessionState state, MessageId answer, DateTimeOffset at) =>
        state.IsSpeaking(answer) ? [state.Unspoken(answer, SpeechFailure.Superseded, at)] : [];

    /// <summary>The session ends: every speech ends too, and the answers stay.</summary>
    public static IEnumerable<ISessionEvent> EndSpeeches(this SessionState state, DateTimeOffset at) =>
        state.Speaking.Select(answer => state.Unspoken(answer, SpeechFailure.Ended, at));

    /// <summary>The item that shows the end of a speech.</summary>
    public static SpeechItem ToItem(this SpeechFinished e, long seq) => new(seq, e.MessageId, e.Of, e.File, e.Failure, e.IsCut, e.At);

    private static SpeechFinished Unspoken(this SessionState state, MessageId answer, SpeechFailure failure, DateTimeOffset at) =>
        new(state.Id, MessageId.New(), answer, null, failure, false, at);
}
