using Chatbox.Client.Frames;

namespace Chatbox.Client.Conversations;

/// <summary>How an answer that was asked for aloud is spoken. Protocol section 7, "Voice".</summary>
public sealed record AnswerSpeech
{
    public required SpeechState State { get; init; }

    /// <summary>The sound. Its address is good for a limited time. Only if <see cref="State"/> is <see cref="SpeechState.Done"/>.</summary>
    public SharedFile? File { get; init; }

    /// <summary>
    /// Why there is no sound: <c>unavailable</c>, <c>refused</c>, <c>too_large</c>, <c>nothing_to_say</c>, <c>not_stored</c>, <c>superseded</c> or
    /// <c>ended</c>; null until that is known.
    /// </summary>
    public string? Failure { get; init; }

    /// <summary>Whether the answer was too long to be spoken to its end.</summary>
    public bool IsCut { get; init; }

    /// <summary>The place of the item that brought the sound, or the failure; null until the item is here.</summary>
    public long? Seq { get; init; }
}

/// <summary>How far the speech of an answer has come.</summary>
public enum SpeechState
{
    /// <summary>The sound is being made.</summary>
    Pending,

    /// <summary>There is a sound.</summary>
    Done,

    /// <summary>There is none, and there will be none.</summary>
    Failed,
}

/// <summary>What was said in a recording. Protocol section 7, "Voice".</summary>
/// <param name="Text">Empty after a failure.</param>
/// <param name="Failure">
/// Why there is no transcript: <c>unavailable</c>, <c>refused</c>, <c>too_large</c>, <c>nothing_heard</c>, <c>gone</c> or <c>ended</c>; null if there is one.
/// </param>
public sealed record VoiceTranscript(string Text, string? Failure);
