using System.Collections.Immutable;

namespace Chatbox.Messages.Sessions;

public static partial class SessionProtocol
{
    /// <summary>A fresh session id received its first durable command, and the session now belongs to a user.</summary>
    public sealed record SessionOpened(SessionId SessionId, UserId UserId, ModelId ModelId, DateTimeOffset At) : ISessionEvent
    {
        /// <summary>The user's epoch at which the session became the active one; 0 if unknown.</summary>
        public long Epoch { get; init; }
    }

    /// <summary>A person's message became part of the conversation. It will get exactly one answer.</summary>
    /// <param name="AnswerId">The id of that answer, decided now so that a restart does not change it.</param>
    public sealed record MessageSubmitted(
        SessionId SessionId,
        CommandId CommandId,
        MessageId MessageId,
        MessageId AnswerId,
        UserId UserId,
        string Content,
        ImmutableSortedDictionary<string, string> Metadata,
        DateTimeOffset SentAt,
        DateTimeOffset At
    ) : ISessionEvent
    {
        /// <summary>The files that the message carries; null for none.</summary>
        public MessageFiles? Files { get; init; }
    }

    /// <summary>Another model was chosen for the answers that start from now on.</summary>
    public sealed record ModelSelected(SessionId SessionId, CommandId CommandId, ModelId ModelId, DateTimeOffset At) : ISessionEvent;

    /// <summary>A further part of the running answer is in the journal.</summary>
    /// <param name="Offset">Where <paramref name="Text"/> starts, in UTF-16 code units: the length of the text journaled before.</param>
    public sealed record AnswerCheckpointed(SessionId SessionId, MessageId MessageId, int Offset, string Text, DateTimeOffset At)
        : ISessionEvent
    {
        /// <summary>
        /// The session moves to another node, and the provider's stream goes on at this incarnation of the node that it leaves; otherwise null.
        /// </summary>
        public string? StreamsFrom { get; init; }
    }

    /// <summary>
    /// A restart interrupted the answer. It continues from its last checkpoint, and text shown beyond that place is withdrawn.
    /// </summary>
    public sealed record AnswerResumed(SessionId SessionId, MessageId MessageId, int Offset, DateTimeOffset At) : ISessionEvent;

    /// <summary>The provider withdrew its text from this offset on; other text follows.</summary>
    public sealed record AnswerWithdrawn(SessionId SessionId, MessageId MessageId, int Offset, DateTimeOffset At) : ISessionEvent;

    /// <summary>The answer ended, for any of the reasons in <see cref="FinishReason"/>.</summary>
    /// <param name="CommandId">The command that stopped the answer; null if no command did.</param>
    /// <param name="Offset">Where <paramref name="Text"/>, the last part, starts: the length of the text journaled before.</param>
    /// <param name="ErrorCode">One of the protocol's error codes; null if the answer did not fail.</param>
    /// <param name="ProviderConversation">
    /// The provider's own id of the conversation; null if the provider keeps no conversations. Only Dify does.
    /// </param>
    public sealed record AnswerFinished(
        SessionId SessionId,
        CommandId? CommandId,
        MessageId MessageId,
        int Offset,
        string Text,
        FinishReason Reason,
        TokenUsage Usage,
        string? ErrorCode,
        string? ProviderConversation,
        DateTimeOffset At
    ) : ISessionEvent
    {
        /// <summary>
        /// Time from the question to the first piece; null if there was no piece, or if a restart came between it and the end.
        /// </summary>
        public TimeSpan? ResponseTime { get; init; }

        /// <summary>
        /// Number of the newest messages that the model was given, the question included. Null if it was given all messages that the rule
        /// for prompts selects, or if the answer ended before the model finished.
        /// </summary>
        public int? PromptMessages { get; init; }
    }

    /// <summary>The last message will get another answer. Its earlier answer stays in the conversation, superseded.</summary>
    /// <param name="AnswerId">The id of the new answer, decided now so that a restart does not change it.</param>
    public sealed record AnswerRegenerated(
        SessionId SessionId,
        CommandId CommandId,
        MessageId QuestionId,
        MessageId AnswerId,
        DateTimeOffset At
    ) : ISessionEvent;

    /// <summary>
    /// A <c>stop</c> arrived while no answer was running. The event keeps a repetition of the command from stopping a later answer.
    /// </summary>
    public sealed record NothingToStop(SessionId SessionId, CommandId CommandId, DateTimeOffset At) : ISessionEvent;
}
