using Chatbox.Actors.Voice;

namespace Chatbox.Node.Models.Speech;

/// <summary>The services of voices that this node uses.</summary>
public sealed record VoiceOptions
{
    public static VoiceOptions None { get; } = new();

    /// <summary>Turns recordings into text; null for none (<c>TRANSCRIPTION_PROVIDER</c>).</summary>
    public VoiceServiceOptions? SpeechToText { get; init; }

    public TranscriptionOptions Transcription { get; init; } = new();

    /// <summary>Turns answers into sound; null for none (<c>SPEECH_PROVIDER</c>).</summary>
    public VoiceServiceOptions? TextToSpeech { get; init; }

    public SpeechOptions Speech { get; init; } = new();
}
