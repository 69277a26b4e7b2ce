using Akka.Actor;
using Chatbox.Actors.Connections.Binding;
using Chatbox.Actors.Connections.Tokens;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Connections;

/// <summary>Between a socket's endpoint, its stream and its actor; all three live on one node.</summary>
public static class ConnectionProtocol
{
    /// <summary>Stays on its node, so it needs no place in the wire table.</summary>
    public interface IConnectionMessage : INoSerializationVerificationNeeded;

    /// <summary>A client asks for a socket. Protocol section 3, "Binding".</summary>
    /// <param name="TokenExpiresAt">When the token loses its force; null for one that does not.</param>
    /// <param name="SessionId">The session the client named, well-formed but not yet known to be its own.</param>
    public sealed record OpenConnection(
        UserId UserId,
        DateTimeOffset? TokenExpiresAt,
        SessionId? SessionId,
        long? LastSeq,
        AnswerPosition? Partial
    ) : IConnectionMessage
    {
        /// <summary>Which token it is.</summary>
        public TokenMark Token { get; init; } = TokenMark.None;

        /// <summary>The client speaks the replaced service's protocol: it can say where it stands only by the session id it was last sent.</summary>
        public bool Legacy { get; init; }

        /// <summary>The client opens the session that it names: it becomes the active one. Otherwise the client only watches.</summary>
        public bool Opens { get; init; }
    }

    /// <summary>Would there be a place for another socket? Takes none; the reply is <see cref="ConnectionRefused"/> or <see cref="PlaceFree"/>.</summary>
    public sealed record AskForPlace(UserId UserId) : IConnectionMessage;

    /// <summary>Another socket would be let in.</summary>
    public sealed record PlaceFree : IConnectionMessage;

    /// <summary>There is a place. Holds an actor reference, because that actor is the other end of the socket's stream.</summary>
    public sealed record ConnectionOpened(IActorRef Connection) : IConnectionMessage
    {
        public required SessionCursor Cursor { get; init; }

        /// <summary>The client named a session that is not its own, and got another one.</summary>
        public bool NamedForeign { get; init; }
    }

    /// <summary>The user has as many sockets as one may have.</summary>
    public sealed record ConnectionRefused(int Limit) : IConnectionMessage;

    /// <summary>The user's actor did not answer in time.</summary>
    public sealed record ConnectionUnavailable : IConnectionMessage;

    /// <summary>Every socket is told to come back elsewhere, then closed with 1001.</summary>
    public sealed record DrainConnections : IConnectionMessage;

    /// <summary>Tokens of these users have been withdrawn: their sockets look whether theirs is among them.</summary>
    public sealed record TokensWithdrawn(IReadOnlySet<UserId> Users) : IConnectionMessage;

    /// <summary>The stream is up; the sender is its end.</summary>
    internal sealed record SocketReady : IConnectionMessage;

    /// <summary>The stream has ended.</summary>
    internal sealed record SocketGone : IConnectionMessage;

    /// <summary>A frame from the client. The next one follows after <see cref="FrameHandled"/>: the brake on the socket.</summary>
    internal sealed record FrameArrived(ClientFrame? Frame, FrameRefusal? Refusal) : IConnectionMessage;

    /// <summary>The frame has had its effect; the next one may come.</summary>
    internal sealed record FrameHandled : IConnectionMessage
    {
        public static FrameHandled Instance { get; } = new();
    }

    /// <summary>Look at this session from where the client stands, and at no other any more.</summary>
    /// <param name="Unanswered">A command of this client without a reply so far.</param>
    internal sealed record AttachTo(SessionId SessionId, CommandId? Unanswered) : IConnectionMessage;

    /// <summary>The first frame of a session that was attached to, its <c>connection_status</c>, is on its way to the client.</summary>
    internal sealed record Greeted(SessionId SessionId) : IConnectionMessage;

    /// <summary>To the client, from the connection itself.</summary>
    internal sealed record SendFrame(ReadOnlyMemory<byte> Utf8) : IConnectionMessage;

    /// <summary>Says good-bye after everything before it has been sent.</summary>
    internal sealed record CloseSocket(int Code, string Reason) : IConnectionMessage;
}
