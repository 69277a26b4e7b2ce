using System.Collections.Immutable;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Sessions.State;

/// <summary>What a session knows and decides about its voice messages. Pure.</summary>
internal static class VoiceDecisions
{
    /// <summary>
    /// Most recordings of a session that are transcribed or wait for it. An owner who talks to a person has no queue of answers, which would
    /// bound them.
    /// </summary>
    public const int MaxTranscribing = 10;

    /// <summary>Whether nothing runs: no answer, no transcription and no speech.</summary>
    public static bool IsAtRest(this SessionState state) => state is { Running: null, Transcribing.IsEmpty: true, Speaking.IsEmpty: true };

    /// <summary>Whether the item must stay in memory, because an answer, a transcription or a speech needs it.</summary>
    public static bool Needs(this SessionState state, SessionItem item) =>
        state.Answers.Needs(item) || state.IsTranscribing(item.MessageId) || state.IsSpeaking(item.MessageId);

    public static bool IsTranscribing(this SessionState state, MessageId message) => state.Transcribing.Contains(message);

    /// <summary>The voice message with this id; null if there is none in memory.</summary>
    public static UserItem? VoiceMessage(this SessionState state, MessageId message) =>
        state.Items.Find(item => item.MessageId == message) is UserItem { Files.Form: MessageForm.VoiceMessage } voice ? voice : null;

    /// <summary>The newest outcome of a message's transcription; null if there is none in memory.</summary>
    public static TranscriptItem? TranscriptOf(this SessionState state, MessageId message) =>
        state.Items.FindLast(item => item is TranscriptItem transcript && transcript.Of == message) as TranscriptItem;

    /// <summary>Whether the message has no transcript, and none is on its way.</summary>
    public static bool LacksTranscript(this SessionState state, UserItem message) =>
        message.Files?.Form == MessageForm.VoiceMessage
        && !state.IsTranscribing(message.MessageId)
        && state.TranscriptOf(message.MessageId) is not { Failure: null };

    /// <summary>The request that goes with a message, or with another answer to it; none if nothing is to be transcribed.</summary>
    /// <param name="transcribes">Whether this node can transcribe.</param>
    public static ImmutableList<ISessionEvent> Listen(this SessionState state, UserItem? message, bool transcribes, DateTimeOffset at) =>
        transcribes && message is not null && state.LacksTranscript(message)
            ? [new TranscriptionRequested(state.Id, null, message.MessageId, at)]
            : [];

    /// <summary>
    /// The events of an admitted <see cref="TranscribeMessage"/>: the last message gets another answer with its transcript, if a model has
    /// only failed on it; every other message gets its transcript alone. None if there is nothing to do.
    /// </summary>
    /// <param name="answer">The id of the other answer.</param>
    public static ImmutableList<ISessionEvent> Transcribe(
        this SessionState state,
        TranscribeMessage command,
        MessageId answer,
        DateTimeOffset at
    )
    {
        var (id, message) = (state.Id, command.MessageId);
        if (state.VoiceMessage(message) is not { } voice || !state.LacksTranscript(voice))
            return [];
        return state.WillAnswer(voice)
            ? [new AnswerRegenerated(id, command.CommandId, message, answer, at), new TranscriptionRequested(id, null, message, at)]
            : [new TranscriptionRequested(id, command.CommandId, message, at)];
    }

    /// <summary>The session ends: every transcription ends too, and the recordings stay.</summary>
    public static IEnumerable<ISessionEvent> EndTranscriptions(this SessionState state, DateTimeOffset at) =>
        state.Transcribing.Select(message => new TranscriptionFinished(
            state.Id,
            MessageId.New(),
            message,
            "",
            TranscriptionFailure.Ended,
            at
        ));

    private static bool WillAnswer(this SessionState state, UserItem voice) =>
        state.Running is null
        && state.CanRegenerate
        && state.Assistance.Holder is null
        && state.LastQuestion?.MessageId == voice.MessageId
        && state.Items.FindLast(item => item is AnswerItem answer && answer.QuestionId == voice.MessageId)
            is AnswerItem { Reason: FinishReason.Error };
}
