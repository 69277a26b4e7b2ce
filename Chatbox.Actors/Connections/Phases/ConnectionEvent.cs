using Akka.Actor;
using Chatbox.Actors.Connections.Commands;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;

namespace Chatbox.Actors.Connections.Phases;

/// <summary>Something that happens to a connection, other than a message from another actor.</summary>
internal abstract record ConnectionEvent
{
    /// <summary>The pending request was sent again: a reply that speaks of a repetition may refer to the connection's own first request.</summary>
    public sealed record RequestRepeated : ConnectionEvent;

    /// <summary>The deadline of the pending request is over.</summary>
    public sealed record RequestTimedOut : ConnectionEvent;

    /// <summary>The files of a message are claimed for a session, or refused.</summary>
    /// <param name="Files">The files; null if they are refused.</param>
    public sealed record FileClaimEnded(CommandId Command, SessionId Session, MessageFiles? Files, FileRefusal? Refusal)
        : ConnectionEvent,
            INoSerializationVerificationNeeded;

    /// <summary>The incarnation of the session that the socket was attached to has stopped.</summary>
    public sealed record SessionStopped : ConnectionEvent;

    /// <summary>The pause before attaching again is over.</summary>
    public sealed record AttachmentDue : ConnectionEvent;

    /// <summary>The client has not repeated in time that its user types.</summary>
    public sealed record TypingTimedOut : ConnectionEvent;

    /// <summary>The token expires soon.</summary>
    public sealed record TokenExpires(string Text) : ConnectionEvent;

    /// <summary>The token has expired, is withdrawn, or its replacement is not valid.</summary>
    /// <param name="Reason">The reason in the close frame.</param>
    public sealed record TokenEnded(string Code, string Text, string Reason) : ConnectionEvent
    {
        /// <summary>The field to blame, if the client has sent the token.</summary>
        public string? Field { get; init; }

        /// <summary>The command id that came with the token.</summary>
        public CommandId? Id { get; init; }
    }

    /// <summary>The token that the client has sent is verified: its frame is handled.</summary>
    public sealed record TokenVerified : ConnectionEvent;
}
