using System.Collections.Immutable;

namespace Chatbox.Messages.Frames;

/// <summary>A well-formed frame from a client: sanitised, every field within its limits. Protocol sections 4 and 5.</summary>
/// <param name="Id">The client's command id, if it gave one.</param>
public abstract record ClientFrame(CommandId? Id)
{
    /// <summary>The session that the client means; null if it names none, or none that there can be.</summary>
    public SessionId? SessionId { get; init; }

    /// <summary><c>{"type":"ping"}</c>; answered with <c>{"type":"pong"}</c>.</summary>
    public sealed record Ping(CommandId? Id) : ClientFrame(Id);

    /// <summary>A person says something.</summary>
    /// <param name="SentAt">The client's time stamp, or null for now.</param>
    public sealed record UserMessage(
        CommandId? Id,
        string Content,
        ImmutableSortedDictionary<string, string> Metadata,
        DateTimeOffset? SentAt
    ) : ClientFrame(Id);

    /// <summary>Another model answers from now on.</summary>
    public sealed record ModelSelect(CommandId? Id, ModelId ModelId) : ClientFrame(Id);

    /// <summary>Ends the running answer.</summary>
    /// <param name="MessageId">That answer, or the message that it answers; null for whichever answer is running.</param>
    public sealed record Stop(CommandId? Id, MessageId? MessageId) : ClientFrame(Id);

    /// <summary>Answers the last message again.</summary>
    public sealed record Regenerate(CommandId? Id) : ClientFrame(Id);

    /// <summary>The user types, or has stopped.</summary>
    public sealed record TypingIndicator(CommandId? Id, bool Typing) : ClientFrame(Id);

    /// <summary>A newer token of the same user.</summary>
    public sealed record TokenRefresh(CommandId? Id, string Token) : ClientFrame(Id)
    {
        // A record prints its members; a token must not reach a log that way.
        public override string ToString() => nameof(TokenRefresh);
    }

    /// <summary>A frame of the protocol whose feature this server does not have.</summary>
    public sealed record NotOffered(CommandId? Id, string Type) : ClientFrame(Id);
}

/// <summary>Why a frame was refused; becomes one <c>error</c> frame to its sender.</summary>
/// <param name="Code">One of <see cref="ErrorCode"/>.</param>
/// <param name="Message">What is wrong, in words for a developer of a client.</param>
/// <param name="Field">The field to blame, if it is one.</param>
/// <param name="Id">The frame's command id, if it could be read.</param>
public sealed record FrameRefusal(string Code, string Message, string? Field, CommandId? Id);
