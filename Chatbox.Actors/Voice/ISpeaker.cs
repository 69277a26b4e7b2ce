using Chatbox.Messages;
using Chatbox.Messages.Sessions;

namespace Chatbox.Actors.Voice;

/// <summary>Turns answers into sound, while they are being written.</summary>
public interface ISpeaker
{
    /// <summary>Begins the speech of an answer. Returns at once.</summary>
    /// <param name="owner">Whose session it is, and whose file the sound becomes.</param>
    ISpeech Begin(UserId owner, SessionId session, MessageId answer);

    /// <summary>Removes a sound that the session did not journal, because it came too late.</summary>
    /// <exception cref="Files.FileStoreUnavailableException">A store does not respond; the sound stays until its session is erased.</exception>
    Task Withdraw(SpokenAnswer spoken, CancellationToken cancellationToken);
}

/// <summary>The speech of one answer. Its methods return at once and are called one after the other.</summary>
public interface ISpeech
{
    /// <summary>Adds text that follows on the text so far. Each sentence is spoken as soon as it is whole.</summary>
    void Add(string text);

    /// <summary>
    /// The text is whole: speaks the rest and stores the sound, as the same file whenever the answer is spoken again. Called once. Every failure
    /// is a value, and every wait has a deadline.
    /// </summary>
    /// <exception cref="OperationCanceledException">The speech was cancelled; no sound is left.</exception>
    Task<SpokenAnswer> Finish();

    /// <summary>Nobody wants to hear it any more. Can be called at any time and more than once.</summary>
    void Cancel();
}

/// <summary>What became of a speech.</summary>
/// <param name="File">The stored sound; null after a failure.</param>
/// <param name="IsCut">The answer was too long to be spoken to its end.</param>
/// <param name="Failure">Null if there is a sound.</param>
/// <param name="Detail">For the log: what failed, without a word of the answer, a key or a name; null without a failure.</param>
public sealed record SpokenAnswer(MessageFile? File, bool IsCut, SpeechFailure? Failure, string? Detail)
{
    public static SpokenAnswer Failed(SpeechFailure failure, string detail) => new(null, false, failure, detail);
}
