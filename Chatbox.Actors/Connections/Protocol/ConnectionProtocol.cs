using Akka.Actor;
using Chatbox.Actors.Connections.Binding;
using Chatbox.Actors.Connections.Tokens;
using Chatbox.Actors.Sessions.Viewers;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Connections.Protocol;

/// <summary>The messages between a socket's endpoint and its two actors, which all live on one node.</summary>
public static class ConnectionProtocol
{
    /// <summary>A message that never leaves its node, so that it needs no row in the wire table.</summary>
    public interface IConnectionMessage : INoSerializationVerificationNeeded;

    /// <summary>A client asks for a socket. Protocol section 3, "Binding".</summary>
    /// <param name="TokenExpiresAt">When the token expires, leeway included; null if it does not.</param>
    /// <param name="SessionId">The session that the client has named: a well-formed id, whose owner is not known yet.</param>
    /// <param name="LastSeq">The last item that the client has.</param>
    /// <param name="Partial">How much of a running answer the client has.</param>
    public sealed record OpenConnection(
        UserId UserId,
        DateTimeOffset? TokenExpiresAt,
        SessionId? SessionId,
        long? LastSeq,
        AnswerPosition? Partial
    ) : IConnectionMessage
    {
        /// <summary>Tells the token from other tokens of the user.</summary>
        public TokenMark Token { get; init; } = TokenMark.None;

        /// <summary>The client is a legacy page: it tells its position only by repeating the session id that it was last sent.</summary>
        public bool Legacy { get; init; }

        /// <summary>The client opens the session that it names, which becomes the active one. Otherwise the client only watches.</summary>
        public bool Opens { get; init; }

        /// <summary>The token makes the user an admin.</summary>
        public bool IsAdmin { get; init; }

        /// <summary>The user's name, as other people see it.</summary>
        public string Name { get; init; } = UserId.Value;

        /// <summary>
        /// The socket is an admin's view of <see cref="SessionId"/>, the session of another user, and stays there. The caller has checked the role
        /// and that the session exists, and has stored the audit record.
        /// </summary>
        public bool Assists { get; init; }

        /// <summary>Where the client stands in the session that its socket gets.</summary>
        /// <param name="sessions">The session region.</param>
        /// <param name="resting">The viewers of this node that stay while their session rests.</param>
        internal SessionCursor CursorIn(SessionId session, IActorRef sessions, RestingViewers resting)
        {
            // A position in one session says nothing about another. But a legacy page may still show an answer of the session that it has
            // named, which the other session has to close on the page.
            var isNamed = SessionId is not { } named || named == session;
            var partial = isNamed || Legacy ? Partial : null;
            return new SessionCursor(sessions, UserId, isNamed ? LastSeq : null, partial, Legacy) { AsAdmin = Assists, Resting = resting };
        }
    }

    /// <summary>
    /// Asks whether there is a slot for another socket, without taking it. The reply is <see cref="ConnectionRefused"/> or
    /// <see cref="SlotFree"/>.
    /// </summary>
    public sealed record AskForSlot(UserId UserId) : IConnectionMessage;

    /// <summary>Another socket would get a slot.</summary>
    public sealed record SlotFree : IConnectionMessage;

    /// <summary>The socket has its slot and its session.</summary>
    /// <param name="Connection">The actor at the other end of the socket's actor.</param>
    public sealed record ConnectionOpened(IActorRef Connection) : IConnectionMessage
    {
        /// <summary>Where the client stands in its session.</summary>
        public required SessionCursor Cursor { get; init; }

        /// <summary>The client has named a session that is not its own, and gets another one.</summary>
        public bool NamedForeign { get; init; }
    }

    /// <summary>The user has the greatest number of sockets that is allowed.</summary>
    public sealed record ConnectionRefused(int Limit) : IConnectionMessage;

    /// <summary>The user's actor has not replied in time, or the node drains.</summary>
    public sealed record ConnectionUnavailable : IConnectionMessage;

    /// <summary>
    /// The node drains: every client is asked to connect elsewhere, then its socket closes with 1001. The reply is
    /// <see cref="ConnectionsDrained"/>.
    /// </summary>
    /// <param name="AtOnce">Ask all of them now, rather than one after the other.</param>
    public sealed record DrainConnections(bool AtOnce = false) : IConnectionMessage;

    /// <summary>Every client has been asked to connect elsewhere.</summary>
    public sealed record ConnectionsDrained : IConnectionMessage;

    /// <summary>Tokens of these users have been withdrawn; each of their sockets checks its own token.</summary>
    public sealed record TokensWithdrawn(IReadOnlySet<UserId> Users) : IConnectionMessage;

    /// <summary>The socket's actor has started. The sender is that actor, which is the viewer of the session.</summary>
    internal sealed record SocketReady : IConnectionMessage;

    /// <summary>The socket's actor has ended.</summary>
    internal sealed record SocketGone : IConnectionMessage;

    /// <summary>A frame from the client. The socket reads the next frame after <see cref="FrameHandled"/>: this is the back-pressure on the client.</summary>
    /// <param name="Frame">The frame; null if it was refused.</param>
    /// <param name="Refusal">Why the frame was refused.</param>
    internal sealed record FrameArrived(ClientFrame? Frame, FrameRefusal? Refusal) : IConnectionMessage;

    /// <summary>The frame has had its effect: the socket may read the next one.</summary>
    internal sealed record FrameHandled : IConnectionMessage
    {
        /// <summary>The message, which has no content.</summary>
        public static FrameHandled Instance { get; } = new();
    }

    /// <summary>The socket is to attach to this session from where the client stands, and to detach from any other.</summary>
    /// <param name="Unanswered">A command of this client that has no reply yet.</param>
    internal sealed record AttachTo(SessionId SessionId, CommandId? Unanswered) : IConnectionMessage;

    /// <summary>The first frame after an attachment, <c>connection_status</c>, is on its way to the client.</summary>
    internal sealed record Greeted(SessionId SessionId) : IConnectionMessage;

    /// <summary>A frame for the client that comes from the connection, rather than from its session.</summary>
    internal sealed record SendFrame(ReadOnlyMemory<byte> Utf8) : IConnectionMessage;

    /// <summary>The socket is to close the socket after everything that waits has been sent.</summary>
    internal sealed record CloseSocket(int Code, string Reason) : IConnectionMessage;
}
