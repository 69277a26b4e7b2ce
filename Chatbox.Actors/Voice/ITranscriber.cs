using Chatbox.Messages;
using Chatbox.Messages.Sessions;

namespace Chatbox.Actors.Voice;

/// <summary>Turns the recordings of voice messages into text.</summary>
public interface ITranscriber
{
    /// <summary>
    /// Transcribes the recordings of a message, in their order. Every failure is a value. Ends within <see cref="TranscriptionOptions.Timeout"/>,
    /// whatever the service does.
    /// </summary>
    /// <param name="user">Whose message it is: one user's recordings must not take the service from everybody.</param>
    /// <param name="language">The language that is spoken, as ISO 639-1 has it; null for the configured one.</param>
    /// <exception cref="OperationCanceledException">The caller has cancelled.</exception>
    Task<Transcription> Transcribe(UserId user, MessageFiles recordings, string? language, CancellationToken cancellationToken);
}

/// <summary>What became of a transcription.</summary>
/// <param name="Text">Empty after a failure.</param>
/// <param name="Failure">Null if there is a text.</param>
/// <param name="Detail">For the log: what failed, without a word of the recording, a key or a name; null without a failure.</param>
public sealed record Transcription(string Text, TranscriptionFailure? Failure, string? Detail)
{
    public static Transcription Heard(string text) => new(text, null, null);

    public static Transcription Failed(TranscriptionFailure failure, string detail) => new("", failure, detail);
}
