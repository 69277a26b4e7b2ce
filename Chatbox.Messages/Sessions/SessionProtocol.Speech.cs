namespace Chatbox.Messages.Sessions;

/// <summary>The events about answers that are spoken.</summary>
public static partial class SessionProtocol
{
    /// <summary>A finished answer is being spoken. Exactly one <see cref="SpeechFinished"/> follows.</summary>
    /// <param name="MessageId">The answer.</param>
    public sealed record SpeechRequested(SessionId SessionId, MessageId MessageId, DateTimeOffset At) : ISessionEvent;

    /// <summary>The sound of an answer became part of the conversation, or why there is none.</summary>
    /// <param name="MessageId">The id of the item that shows it.</param>
    /// <param name="Of">The answer.</param>
    /// <param name="File">The sound; null if the speech failed.</param>
    /// <param name="Failure">Null if it succeeded.</param>
    /// <param name="IsCut">The answer was too long to be spoken to its end.</param>
    public sealed record SpeechFinished(
        SessionId SessionId,
        MessageId MessageId,
        MessageId Of,
        MessageFile? File,
        SpeechFailure? Failure,
        bool IsCut,
        DateTimeOffset At
    ) : ISessionEvent;
}
