using System.Collections.Immutable;

namespace Chatbox.Messages.Sessions;

public static partial class SessionProtocol
{
    /// <summary>A fresh id has become somebody's session.</summary>
    public sealed record SessionOpened(SessionId SessionId, UserId UserId, ModelId ModelId, DateTimeOffset At) : ISessionEvent
    {
        /// <summary>The user's epoch at which the fresh id became the active session; 0 if unknown.</summary>
        public long Epoch { get; init; }
    }

    /// <summary>A person's message is part of the conversation and will get one answer.</summary>
    /// <param name="AnswerId">The answer's id, fixed now so that every restart gives the same answer the same id.</param>
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
    ) : ISessionEvent;

    /// <summary>Answers that start from now on come from this model.</summary>
    public sealed record ModelSelected(SessionId SessionId, CommandId CommandId, ModelId ModelId, DateTimeOffset At) : ISessionEvent;

    /// <summary>More of the running answer is safe.</summary>
    /// <param name="Offset">Where <paramref name="Text"/> starts; equals the length of what was safe before.</param>
    public sealed record AnswerCheckpointed(SessionId SessionId, MessageId MessageId, int Offset, string Text, DateTimeOffset At)
        : ISessionEvent;

    /// <summary>After a restart the answer goes on from its checkpoint; whatever was shown beyond it is withdrawn.</summary>
    public sealed record AnswerResumed(SessionId SessionId, MessageId MessageId, int Offset, DateTimeOffset At) : ISessionEvent;

    /// <summary>The provider takes back what it said from here on; other text follows.</summary>
    public sealed record AnswerWithdrawn(SessionId SessionId, MessageId MessageId, int Offset, DateTimeOffset At) : ISessionEvent;

    /// <summary>The answer is finished, for whatever reason.</summary>
    /// <param name="CommandId">The command that stopped it, if one did.</param>
    /// <param name="Offset">Where <paramref name="Text"/>, its end, starts; equals the length of the last checkpoint.</param>
    /// <param name="ErrorCode">The client's error code when it failed.</param>
    /// <param name="ProviderConversation">The provider's own name of the conversation (Dify), if it has one.</param>
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
        /// From the question to the first piece; null if none came, or if a restart came between that piece and the end.
        /// </summary>
        public TimeSpan? ResponseTime { get; init; }

        /// <summary>
        /// How many messages of the conversation the model was given, the newest ones and the question among them; null if it was given all
        /// that the rule for prompts gives, or if the model had not come to an end.
        /// </summary>
        public int? PromptMessages { get; init; }
    }

    /// <summary>The last message gets another answer; the one it had stays in the conversation, superseded.</summary>
    /// <param name="AnswerId">The new answer's id, fixed now so that every restart gives the same answer the same id.</param>
    public sealed record AnswerRegenerated(
        SessionId SessionId,
        CommandId CommandId,
        MessageId QuestionId,
        MessageId AnswerId,
        DateTimeOffset At
    ) : ISessionEvent;

    /// <summary>A stop came when nothing ran. Journaled, so that the same id cannot stop a later answer.</summary>
    public sealed record NothingToStop(SessionId SessionId, CommandId CommandId, DateTimeOffset At) : ISessionEvent;
}
