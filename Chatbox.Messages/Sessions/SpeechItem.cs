namespace Chatbox.Messages.Sessions;

/// <summary>Why an answer that was to be spoken has no sound. The numbers are journaled and never change.</summary>
public enum SpeechFailure
{
    /// <summary>The service or the file store did not respond in time, or cannot work now.</summary>
    Unavailable = 1,

    /// <summary>The service does not take the text, or sends something else than the sound that it was asked for.</summary>
    Refused = 2,

    /// <summary>The sound has more bytes than the operator allows.</summary>
    TooLarge = 3,

    /// <summary>The answer has no words that can be spoken.</summary>
    NothingToSay = 4,

    /// <summary>The sound may not be stored: the owner's quota does not suffice, or a check of files refuses it.</summary>
    NotStored = 5,

    /// <summary>Another answer to the same message was asked for first.</summary>
    Superseded = 6,

    /// <summary>The session ended first.</summary>
    Ended = 7,
}

/// <summary>The sound of an answer, or why there is none.</summary>
/// <param name="Of">The answer.</param>
/// <param name="File">The sound; null after a failure.</param>
/// <param name="Failure">Null if there is a sound.</param>
/// <param name="IsCut">The answer was too long to be spoken to its end.</param>
public sealed record SpeechItem(
    long Seq,
    MessageId MessageId,
    MessageId Of,
    MessageFile? File,
    SpeechFailure? Failure,
    bool IsCut,
    DateTimeOffset At
) : SessionItem(Seq, MessageId, At)
{
    /// <summary>The sound as the files of a message; null after a failure.</summary>
    public MessageFiles? Files => File is null ? null : new MessageFiles(MessageForm.FileUpload, [File]);

    public override int Length => Files?.Length ?? 0;
}
