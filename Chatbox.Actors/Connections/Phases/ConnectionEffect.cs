using Chatbox.Actors.Connections.Commands;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Connections.Phases;

/// <summary>Something that <see cref="ConnectionState"/> has decided and that <see cref="ConnectionActor"/> carries out.</summary>
internal abstract record ConnectionEffect
{
    /// <summary>The socket has its session; the endpoint may accept the upgrade.</summary>
    /// <param name="NamedForeign">The client has named a session that is not its own.</param>
    public sealed record Admit(SessionId Session, bool NamedForeign) : ConnectionEffect;

    /// <summary>There will be no socket; the connection ends.</summary>
    public sealed record GiveUp(IConnectionMessage Reply) : ConnectionEffect;

    /// <summary>
    /// Send a request, and repeat it until <see cref="StopAsking"/>. A connection has one request at a time: a new one replaces the one
    /// before.
    /// </summary>
    public abstract record Ask(object Message) : ConnectionEffect
    {
        /// <summary>False to wait one interval before the first sending.</summary>
        public bool AtOnce { get; init; } = true;

        /// <summary>When the deadline began to run, as a timestamp of the clock; null for now.</summary>
        public long? Since { get; init; }
    }

    /// <summary>Ask the user's actor.</summary>
    public sealed record AskUser(IUserCommand Command) : Ask(Command);

    /// <summary>Ask who owns a session that the client has named. The gate wakes no session for a guessed id.</summary>
    public sealed record AskGate(GetOwnership Query) : Ask(Query);

    /// <summary>Ask a session.</summary>
    public sealed record AskSession(IWithSessionId Request) : Ask(Request);

    /// <summary>Send the client's command to a session, which replies through the socket's actor, its viewer.</summary>
    public sealed record SendCommand(IIdentifiedCommand Command) : Ask(Command);

    /// <summary>Let the socket's actor attach to another session, which the socket confirms with <see cref="Greeted"/>.</summary>
    public sealed record AskToAttach(AttachTo Request) : Ask(Request);

    /// <summary>Claim a message's files for its session; <see cref="ConnectionEvent.FileClaimEnded"/> tells how that ended.</summary>
    public sealed record ClaimFiles(CommandId Command, SessionId Session, ClientFiles Files) : ConnectionEffect;

    /// <summary>The reply has come, or is no longer needed.</summary>
    public sealed record StopAsking : ConnectionEffect;

    /// <summary>Tell the user's actor something that needs no reply.</summary>
    public sealed record TellUser(IUserCommand Command) : ConnectionEffect;

    /// <summary>Let the socket's actor attach to the bound session.</summary>
    public sealed record Attach(AttachTo Request) : ConnectionEffect;

    /// <summary>Let the socket attach again: at once, or after a pause if the session stops each time.</summary>
    public sealed record AttachAgain(AttachTo Request) : ConnectionEffect;

    /// <summary>Stop watching the session that the socket looked at.</summary>
    public sealed record LookAway : ConnectionEffect;

    /// <summary>Tell the session that its user types, or has stopped.</summary>
    public sealed record ShowTyping(SessionId Session, bool Typing) : ConnectionEffect;

    /// <summary>Tell the session how far its user has seen the conversation.</summary>
    public sealed record MarkSeen(SessionId Session, long Seq) : ConnectionEffect;

    /// <summary>Verify a new token; the frame is handled once its verdict is there.</summary>
    public sealed record VerifyToken(ClientFrame.TokenRefresh Refresh) : ConnectionEffect;

    /// <summary>Check whether the token is withdrawn or expires soon.</summary>
    public sealed record CheckToken : ConnectionEffect;

    /// <summary>Handle a frame that arrived before the client was greeted.</summary>
    public sealed record TakeEarlyFrame(FrameArrived Arrived) : ConnectionEffect;

    /// <summary>The command is over.</summary>
    /// <param name="Error">The error code that the client was told; null if the command was accepted.</param>
    public sealed record EndCommand(ClientCommand Command, SessionId Session, string? Error) : ConnectionEffect;

    /// <summary>The client's frame is handled: the socket may read the next one.</summary>
    public sealed record FinishFrame : ConnectionEffect;

    /// <summary>Something for the client. Nothing more is sent to it once its socket closes.</summary>
    public abstract record ToClient : ConnectionEffect;

    /// <summary>Send a rendered frame.</summary>
    public sealed record SendFrame(ReadOnlyMemory<byte> Utf8) : ToClient;

    /// <summary>Send an <c>error</c> frame.</summary>
    /// <param name="Session">The session that the frame names.</param>
    public sealed record SendError(SessionId Session, string Code, string Text) : ToClient
    {
        /// <summary>When the client may try again, if waiting helps.</summary>
        public TimeSpan? RetryAfter { get; init; }

        /// <summary>The field to blame, if it is one.</summary>
        public string? Field { get; init; }

        /// <summary>One of <see cref="Messages.Frames.ErrorReason"/>, where the code has several causes.</summary>
        public string? Reason { get; init; }

        /// <summary>The command id that the client gave.</summary>
        public CommandId? Id { get; init; }
    }

    /// <summary>Send a <c>notification</c> frame.</summary>
    public sealed record Notify(SessionId Session, string Text, string Reason) : ToClient;

    /// <summary>Tell the client that the connection limit has refused another socket of its user.</summary>
    public sealed record NotifyLimit(SessionId Session, int Limit) : ToClient;

    /// <summary>Tell the client that one of its user's sessions has another name.</summary>
    /// <param name="Session">The session that the frame names, as always the one that the socket looks at.</param>
    public sealed record NotifyName(SessionId Session, SessionNamed Named) : ToClient;

    /// <summary>Ask the client to connect again after a random pause.</summary>
    public sealed record InviteBack(SessionId Session) : ToClient;

    /// <summary>Close the socket after everything before has been sent.</summary>
    public sealed record Close(int Code, string Reason) : ToClient;
}
