namespace Chatbox.Messages.Sessions;

/// <summary>Why a recording has no transcript. The numbers are journaled and never change.</summary>
public enum TranscriptionFailure
{
    /// <summary>The service did not respond in time, or cannot work now.</summary>
    Unavailable = 1,

    /// <summary>The service does not take the recording, or the file is none.</summary>
    Refused = 2,

    /// <summary>The recording has more bytes than the operator allows.</summary>
    TooLarge = 3,

    /// <summary>The recording has no words.</summary>
    NothingHeard = 4,

    /// <summary>There is no such file any more, or it is a foreign file.</summary>
    Gone = 5,

    /// <summary>The session ended first.</summary>
    Ended = 6,
}

/// <summary>What a person said in a voice message, as text, or why there is none. The newest of a message counts.</summary>
/// <param name="Of">The voice message.</param>
/// <param name="Text">Empty after a failure.</param>
/// <param name="Failure">Null if there is a text.</param>
public sealed record TranscriptItem(
    long Seq,
    MessageId MessageId,
    MessageId Of,
    string Text,
    TranscriptionFailure? Failure,
    DateTimeOffset At
) : SessionItem(Seq, MessageId, At)
{
    public override int Length => Text.Length;
}
