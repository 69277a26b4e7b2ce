namespace Chatbox.Messages.Sessions;

/// <summary>The messages about recordings that are turned into text, and the events they cause.</summary>
public static partial class SessionProtocol
{
    /// <summary>
    /// Transcribes the recording of a voice message again. If nothing but an error has been answered to the message, and it is the last one, a
    /// model answers it afterwards.
    /// </summary>
    /// <param name="MessageId">The voice message.</param>
    /// <inheritdoc cref="SubmitMessage" path="/param" />
    public sealed record TranscribeMessage(
        SessionId SessionId,
        CommandId CommandId,
        bool Named,
        UserId UserId,
        MessageId MessageId,
        Admission Admission
    ) : ILimitedCommand
    {
        public string? TraceParent { get; init; }

        public Permission Permission { get; init; }
    }

    /// <summary>The recording of a voice message is being transcribed. Exactly one <see cref="TranscriptionFinished"/> follows.</summary>
    /// <param name="CommandId">
    /// The command that asked for nothing but the transcript; null if the message itself, or the command for its answer, asked for it.
    /// </param>
    /// <param name="MessageId">The voice message.</param>
    public sealed record TranscriptionRequested(SessionId SessionId, CommandId? CommandId, MessageId MessageId, DateTimeOffset At)
        : ISessionEvent;

    /// <summary>The transcript of a voice message became part of the conversation, or why there is none.</summary>
    /// <param name="MessageId">The id of the item that shows it.</param>
    /// <param name="Of">The voice message.</param>
    /// <param name="Text">Empty if the transcription failed.</param>
    /// <param name="Failure">Null if it succeeded.</param>
    public sealed record TranscriptionFinished(
        SessionId SessionId,
        MessageId MessageId,
        MessageId Of,
        string Text,
        TranscriptionFailure? Failure,
        DateTimeOffset At
    ) : ISessionEvent;
}
