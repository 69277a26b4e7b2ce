using Akka.Actor;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using Microsoft.Extensions.AI;

namespace Chatbox.Actors.Models;

/// <summary>
/// The messages between a session and the models on its node. They never leave the process: a session that moves uses the models of its new
/// node.
/// </summary>
public static class ModelProtocol
{
    /// <summary>A message that stays in the process and therefore has no row in the wire table.</summary>
    public interface IModelMessage : INoSerializationVerificationNeeded
    {
        MessageId AnswerId { get; }
    }

    /// <summary>
    /// A message about one attempt at an answer. After a restart, a session requests the same answer again; the number of the attempt keeps
    /// late messages of the earlier one apart.
    /// </summary>
    public interface IAttemptMessage : IModelMessage
    {
        /// <summary>The number of the attempt at this answer.</summary>
        int Attempt { get; }
    }

    /// <summary>Asks a model for an answer; the sender is the session.</summary>
    /// <param name="Prompt">The conversation. If <paramref name="Continues"/> is set, the last message is the answer so far.</param>
    /// <param name="Continues">Whether the answer continues where that message ends.</param>
    /// <param name="ProviderConversation">The provider's own id of the conversation, from an earlier answer; null for none.</param>
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
        /// <summary>Length of the answer so far, in UTF-16 code units. It counts towards the answer's greatest length.</summary>
        public int Length { get; init; }

        /// <summary>Time that earlier attempts have spent on the answer. It counts towards the answer's deadline.</summary>
        public TimeSpan Spent { get; init; }

        /// <summary>The trace span that the answer belongs to, as a W3C <c>traceparent</c>; null without tracing.</summary>
        public string? TraceParent { get; init; }

        /// <summary>The limits of the model that this node has learned. The model's actor sets them.</summary>
        internal PromptLimits Limits { get; init; } = PromptLimits.None;
    }

    /// <summary>
    /// The session leaves this node: its answer is to stream on here, for the session's next incarnation. To the node's
    /// <see cref="AnswerRelaysActor"/>; the sender is the session. The reply is <see cref="AnswerLeft"/> or <see cref="AnswerStays"/>.
    /// </summary>
    /// <param name="Length">Length of the text that the session has taken, in UTF-16 code units. It takes no more.</param>
    public sealed record LeaveAnswer(MessageId AnswerId, int Attempt, ModelId ModelId, int Length) : IModelMessage;

    /// <summary>Makes an answer report to the sender, a relay, what the session has not taken.</summary>
    /// <param name="Length">Length of the text that the session has taken.</param>
    internal sealed record RedirectAnswer(MessageId AnswerId, int Attempt, ModelId ModelId, int Length, IActorRef Session) : IModelMessage
    {
        /// <summary>Tells the session and the relay that the stream cannot go on without the session.</summary>
        public void Refuse(IActorRef relay)
        {
            var stays = new AnswerStays(AnswerId, Attempt);
            Session.Tell(stays);
            relay.Tell(stays);
        }
    }

    /// <summary>The answer reports to its relay from now on, and nothing to the session any more.</summary>
    public sealed record AnswerLeft(MessageId AnswerId, int Attempt) : IModelMessage;

    /// <summary>No stream of this answer can go on without its session.</summary>
    public sealed record AnswerStays(MessageId AnswerId, int Attempt) : IModelMessage;

    /// <summary>Cancels an answer and closes the provider's stream. There is no reply.</summary>
    public sealed record CancelAnswer(MessageId AnswerId, int Attempt, ModelId ModelId) : IAttemptMessage;

    /// <summary>
    /// Brings text of the answer. The next piece is sent when the session has confirmed this one; text that arrives meanwhile gathers in
    /// it.
    /// </summary>
    /// <param name="Replaces">The text replaces the whole answer so far, because the provider's moderation intervened.</param>
    public sealed record AnswerPiece(MessageId AnswerId, int Attempt, string Text, bool Replaces = false) : IAttemptMessage;

    /// <summary>Reports from time to time that the model is thinking. The session does not confirm it.</summary>
    /// <param name="Text">The thinking since the last such message; empty if thinking is not shown.</param>
    public sealed record AnswerThinks(MessageId AnswerId, int Attempt, string Text) : IAttemptMessage;

    /// <summary>Tells what became of the files of the prompt, before the model answers. The session does not confirm it.</summary>
    /// <param name="Missed">The files that the model could read but is only named: gone, not available in time, or refused by the provider.</param>
    /// <param name="PromptTokens">Estimated tokens of the prompt, now that its files are known.</param>
    public sealed record FilesRead(MessageId AnswerId, int Attempt, IReadOnlyList<MessageFile> Missed, long PromptTokens) : IAttemptMessage;

    /// <summary>
    /// A file of the answer is stored, or was refused. It comes before the answer's end. The session does not confirm it.
    /// </summary>
    public sealed record AnswerFile(MessageId AnswerId, int Attempt, ReturnedFile Returned) : IAttemptMessage;

    /// <summary>Confirms a piece. Without it the provider's stream is not read any further.</summary>
    public sealed record PieceTaken(MessageId AnswerId) : IModelMessage;

    /// <summary>Ends the answer. Unless the answer's actor crashed, the session has confirmed all pieces.</summary>
    /// <param name="Usage">Null if the provider reported none.</param>
    /// <param name="ErrorCode">One of the protocol's error codes; null if the answer did not fail.</param>
    public sealed record AnswerEnded(
        MessageId AnswerId,
        int Attempt,
        FinishReason Reason,
        TokenUsage? Usage,
        string? ErrorCode,
        string? ProviderConversation
    ) : IAttemptMessage
    {
        /// <summary>
        /// Number of the newest messages that the model was given, the question included; null if it was given the whole prompt.
        /// </summary>
        public int? PromptMessages { get; init; }
    }
}
