using Akka.Actor;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using Microsoft.Extensions.AI;

namespace Chatbox.Actors.Models;

/// <summary>
/// Between a session and the model actors of its own node. Never leaves the process: a session that moves asks its new node's models.
/// </summary>
public static class ModelProtocol
{
    /// <summary>Stays on its node, so it needs no place in the wire table.</summary>
    public interface IModelMessage : INoSerializationVerificationNeeded
    {
        MessageId AnswerId { get; }
    }

    /// <summary>
    /// Of one of a session's attempts at an answer: after a restart it asks anew under the same id, and what is left of the earlier
    /// attempt must not be taken for the new one's.
    /// </summary>
    public interface IAttemptMessage : IModelMessage
    {
        /// <summary>Counts the attempts at this answer.</summary>
        int Attempt { get; }
    }

    /// <summary>The sender, a session, wants an answer.</summary>
    /// <param name="Prompt">The conversation; when <paramref name="Continues"/>, its last message is the answer so far.</param>
    /// <param name="Continues">The answer goes on exactly where that message ends.</param>
    /// <param name="ProviderConversation">The provider's own name of the conversation, from an earlier answer.</param>
    public sealed record StartAnswer(
        MessageId AnswerId,
        int Attempt,
        SessionId SessionId,
        UserId UserId,
        ModelId ModelId,
        IReadOnlyList<ChatMessage> Prompt,
        bool Continues,
        string? ProviderConversation
    ) : IAttemptMessage
    {
        /// <summary>Length of the answer so far, in UTF-16 code units: its limit does not begin anew.</summary>
        public int Length { get; init; }

        /// <summary>Time that earlier attempts have spent on the answer: its deadline does not begin anew.</summary>
        public TimeSpan Spent { get; init; }

        /// <summary>The span the answer belongs to, as W3C Trace Context writes it; null if nobody traces.</summary>
        public string? TraceParent { get; init; }

        /// <summary>What the node knows of the model's limits; added by the model itself.</summary>
        internal PromptLimits Limits { get; init; } = PromptLimits.None;
    }

    /// <summary>Nobody wants the rest: the provider's stream is closed. No reply.</summary>
    public sealed record CancelAnswer(MessageId AnswerId, int Attempt, ModelId ModelId) : IAttemptMessage;

    /// <summary>More text. The next piece follows when the session has taken this one; what comes meanwhile gathers into it.</summary>
    /// <param name="Replaces">It takes the place of the whole answer so far: a provider's moderation has stepped in.</param>
    public sealed record AnswerPiece(MessageId AnswerId, int Attempt, string Text, bool Replaces = false) : IAttemptMessage;

    /// <summary>The model thinks. Comes now and then, and is no part of the answer: the session need not confirm it.</summary>
    /// <param name="Text">What it has thought since the last such message; empty when thinking is not shown.</param>
    public sealed record AnswerThinks(MessageId AnswerId, int Attempt, string Text) : IAttemptMessage;

    /// <summary>The session has taken the piece: the brake on the provider.</summary>
    public sealed record PieceTaken(MessageId AnswerId) : IModelMessage;

    /// <summary>The answer is over; all its pieces have been taken.</summary>
    /// <param name="Usage">Null when the provider gave none.</param>
    /// <param name="ErrorCode">The client's error code when it failed.</param>
    public sealed record AnswerEnded(
        MessageId AnswerId,
        int Attempt,
        FinishReason Reason,
        TokenUsage? Usage,
        string? ErrorCode,
        string? ProviderConversation
    ) : IAttemptMessage
    {
        /// <summary>Messages of the conversation that the model was given, the question included; null if it was all of the prompt.</summary>
        public int? PromptMessages { get; init; }
    }
}
