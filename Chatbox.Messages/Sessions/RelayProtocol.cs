using System.Collections.Immutable;

namespace Chatbox.Messages.Sessions;

/// <summary>
/// The messages between a session that has moved and the answer that still streams from the provider on the node it left. The parts of the
/// answer come in order, each once the one before is confirmed, and are repeated until they are.
/// </summary>
public static class RelayProtocol
{
    /// <summary>A message about one attempt at an answer, like those between a session and the models of its own node.</summary>
    public interface IRelayMessage : IWireMessage
    {
        MessageId AnswerId { get; }

        int Attempt { get; }
    }

    /// <summary>
    /// Asks for the rest of an answer; the sender is the session. The reply is <see cref="AnswerAttached"/> or <see cref="AnswerGone"/>.
    /// </summary>
    /// <param name="Length">Length of the text that the session has, in UTF-16 code units.</param>
    public sealed record AttachAnswer(MessageId AnswerId, int Attempt, int Length) : IRelayMessage;

    /// <summary>The rest of the answer follows from the sender.</summary>
    public sealed record AnswerAttached(MessageId AnswerId, int Attempt) : IRelayMessage;

    /// <summary>The answer does not stream here, or no longer: the session continues it by itself.</summary>
    public sealed record AnswerGone(MessageId AnswerId, int Attempt) : IRelayMessage;

    /// <summary>The next part of the answer: text, thinking, a file, news of the prompt's files, or the end. Exactly one of them is there.</summary>
    /// <param name="Number">Counts the parts from 1 on, for each incarnation of the session.</param>
    public sealed record RelayedPart(MessageId AnswerId, int Attempt, int Number) : IRelayMessage
    {
        /// <summary>Text of the answer; null in another part.</summary>
        public string? Text { get; init; }

        /// <summary>The text replaces the whole answer so far.</summary>
        public bool Replaces { get; init; }

        /// <summary>Thinking, which may be empty; null in another part.</summary>
        public string? Thinking { get; init; }

        /// <summary>A file that the model returned; null in another part.</summary>
        public ReturnedFile? File { get; init; }

        /// <summary>What became of the files of the prompt; null in another part.</summary>
        public RelayedReading? Reading { get; init; }

        /// <summary>The end of the answer; null in another part.</summary>
        public RelayedEnd? End { get; init; }
    }

    /// <summary>What became of the files of the prompt.</summary>
    /// <param name="Missed">The files that the model is only named.</param>
    /// <param name="PromptTokens">Estimated tokens of the prompt.</param>
    public sealed record RelayedReading(ImmutableList<MessageFile> Missed, long PromptTokens);

    /// <summary>How the answer ended.</summary>
    /// <param name="Usage">Null if the provider reported none.</param>
    /// <param name="ErrorCode">One of the protocol's error codes; null if the answer did not fail.</param>
    /// <param name="PromptMessages">Number of messages that the model was given; null for the whole prompt.</param>
    public sealed record RelayedEnd(
        FinishReason Reason,
        TokenUsage? Usage,
        string? ErrorCode,
        string? ProviderConversation,
        int? PromptMessages
    );

    /// <summary>Confirms a part.</summary>
    public sealed record PartTaken(MessageId AnswerId, int Attempt, int Number) : IRelayMessage;

    /// <summary>Ends the stream: nobody wants the rest of the answer. There is no reply.</summary>
    public sealed record CancelRelay(MessageId AnswerId, int Attempt) : IRelayMessage;
}
