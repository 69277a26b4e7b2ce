using System.Collections.Immutable;

namespace Chatbox.Messages.Sessions;

public static partial class SessionProtocol
{
    /// <summary>A person says something; the model answers.</summary>
    /// <param name="Named">The client gave the command id and waits for an <c>ack</c>.</param>
    /// <param name="SentAt">The client's time stamp.</param>
    /// <param name="Admission">What the user's limits say; applied only if the id is not already known.</param>
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
    }

    /// <summary>The last message is answered again, by the current model; the earlier answer stays, superseded.</summary>
    public sealed record RegenerateAnswer(SessionId SessionId, CommandId CommandId, bool Named, UserId UserId, Admission Admission)
        : ILimitedCommand
    {
        public string? TraceParent { get; init; }

        public Permission Permission { get; init; }
    }

    /// <summary>The next answers come from another model.</summary>
    public sealed record SelectModel(SessionId SessionId, CommandId CommandId, bool Named, UserId UserId, ModelId ModelId) : IClientCommand
    {
        public Permission Permission { get; init; }
    }

    /// <summary>Ends the running answer; what was shown is kept.</summary>
    public sealed record StopAnswer(SessionId SessionId, CommandId CommandId, bool Named, UserId UserId) : IClientCommand
    {
        public Permission Permission { get; init; }

        /// <summary>The answer that is meant, or the message that it answers; null for whichever answer is running.</summary>
        public MessageId? MessageId { get; init; }
    }

    /// <summary>Whether a session may take a command that it does not know. The default is what earlier releases send: yes, unless it has ended.</summary>
    /// <param name="Epoch">The user's epoch at which this session was the active one; null if it was not.</param>
    /// <param name="OnlyIfKnown">The session may only repeat its first reply.</param>
    public readonly record struct Permission(long? Epoch, bool OnlyIfKnown)
    {
        /// <summary>For the session that is active at this epoch.</summary>
        public static Permission At(long epoch) => new(epoch, false);

        /// <summary>For every other session.</summary>
        public static Permission ToRepeat => new(null, true);
    }

    /// <summary>Whether the user's limits admit a message.</summary>
    /// <param name="RetryAfter">Null when admitted; otherwise when to try again.</param>
    public readonly record struct Admission(TimeSpan? RetryAfter)
    {
        public static Admission Granted => default;
    }
}
