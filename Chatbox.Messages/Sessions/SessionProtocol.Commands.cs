using System.Collections.Immutable;

namespace Chatbox.Messages.Sessions;

public static partial class SessionProtocol
{
    /// <summary>Adds a person's message to the conversation, and asks the model for an answer.</summary>
    /// <param name="Named">Whether the client gave the command id and waits for an <c>ack</c>; otherwise the id was created here.</param>
    /// <param name="SentAt">The client's time stamp.</param>
    /// <param name="Admission">
    /// Whether the user's message limit admits the message; ignored if the session already knows the command id.
    /// </param>
    public sealed record SubmitMessage(
        SessionId SessionId,
        CommandId CommandId,
        bool Named,
        UserId UserId,
        string Content,
        ImmutableSortedDictionary<string, string> Metadata,
        DateTimeOffset SentAt,
        Admission Admission
    ) : ILimitedCommand
    {
        public string? TraceParent { get; init; }

        public Permission Permission { get; init; }

        /// <summary>The files that the message carries; null for none.</summary>
        public MessageFiles? Files { get; init; }
    }

    /// <summary>
    /// Asks the current model for another answer to the last message. The earlier answer stays in the conversation, superseded.
    /// </summary>
    public sealed record RegenerateAnswer(SessionId SessionId, CommandId CommandId, bool Named, UserId UserId, Admission Admission)
        : ILimitedCommand
    {
        public string? TraceParent { get; init; }

        public Permission Permission { get; init; }
    }

    /// <summary>Chooses the model for the following answers.</summary>
    public sealed record SelectModel(SessionId SessionId, CommandId CommandId, bool Named, UserId UserId, ModelId ModelId) : IClientCommand
    {
        public Permission Permission { get; init; }
    }

    /// <summary>Ends the running answer. The text that was shown is kept.</summary>
    public sealed record StopAnswer(SessionId SessionId, CommandId CommandId, bool Named, UserId UserId) : IClientCommand
    {
        public Permission Permission { get; init; }

        /// <summary>The answer to stop, or the message that it answers; null for whichever answer is running.</summary>
        public MessageId? MessageId { get; init; }
    }

    /// <summary>
    /// Says whether a session may execute a command that it does not know. The default, which earlier releases send, permits every command
    /// to a session that has not ended.
    /// </summary>
    /// <param name="Epoch">The user's epoch at which this session was the active one; null if it was not active.</param>
    /// <param name="OnlyIfKnown">The session may only repeat its first reply to the command.</param>
    public readonly record struct Permission(long? Epoch, bool OnlyIfKnown)
    {
        /// <summary>The permission for the session that is active at this epoch.</summary>
        public static Permission At(long epoch) => new(epoch, false);

        /// <summary>The permission for every other session: only to repeat an earlier reply.</summary>
        public static Permission ToRepeat => new(null, true);
    }

    /// <summary>Says whether the user's message limit admits a message.</summary>
    /// <param name="RetryAfter">The time until the next attempt; null if the message is admitted.</param>
    public readonly record struct Admission(TimeSpan? RetryAfter)
    {
        public static Admission Granted => default;
    }
}
