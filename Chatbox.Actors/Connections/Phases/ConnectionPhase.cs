using Chatbox.Actors.Connections.Commands;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Messages.Frames;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Connections.Phases;

/// <summary>
/// What a connection is doing for its client. Each phase is a type, holds what only that phase needs, and reacts to the messages that it
/// waits for. Every other message is ignored: a reply that comes late or twice finds no phase that waits for it.
/// </summary>
internal abstract record ConnectionPhase
{
    /// <summary>The client has got its first frame, <c>connection_status</c>.</summary>
    public virtual bool IsGreeted => true;

    /// <summary>The client's command that is under way; null if there is none.</summary>
    public virtual ClientCommand? Command => null;

    /// <summary>The state after a message; what is here is the same for every phase in which there is a socket.</summary>
    public virtual ConnectionState On(object message, ConnectionState at) =>
        message switch
        {
            ViewerDismissed gone when gone.SessionId == at.Binding.Session => at.Dismissed(),
            ViewerRefused refused when refused.SessionId == at.Binding.Session => at.Close(CloseCode.Policy, "Session not available"),
            SessionUnreadable => at.Fail(ErrorCode.DatabaseError, ConnectionTexts.Unreadable)
                .Close(CloseCode.ServerError, "Session cannot be read"),
            ConnectionEvent.SessionStopped => at.Do(new ConnectionEffect.AttachAgain(Attachment(at))),
            ConnectionEvent.AttachmentDue => at.Do(new ConnectionEffect.Attach(Attachment(at))),
            ConnectionEvent.TypingTimedOut => at.StopTyping(),
            ConnectionEvent.TokenExpires expires when IsGreeted => at.Do(
                new ConnectionEffect.Notify(at.Binding.Session, expires.Text, "token_expiring")
            ),
            ConnectionEvent.TokenEnded ended => at.Fail(ended.Code, ended.Text, ended.Field, ended.Id)
                .Close(CloseCode.TokenExpired, ended.Reason),
            ConnectionEvent.TokenVerified => at.FinishFrame(),
            SocketLimitReached reached => at.Do(new ConnectionEffect.NotifyLimit(at.Binding.Session, reached.Limit)),
            // An admin's socket looks at the session of somebody else, and a client that is not greeted reads the lists later.
            SessionNamed named when IsGreeted && !at.Assists => at.Do(new ConnectionEffect.NotifyName(at.Binding.Session, named)),
            SocketRefused => at.Close(CloseCode.Policy, "Connection limit reached"),
            DrainConnections => (IsGreeted ? at.Do(new ConnectionEffect.InviteBack(at.Binding.Session)) : at).Close(
                CloseCode.GoingAway,
                "Server shutting down"
            ),
            FrameArrived => throw new InvalidOperationException("A frame has arrived while the one before is under way."),
            _ => at,
        };

    /// <summary>Continues in this phase after the socket has moved to another session, or has come back to the same one.</summary>
    public virtual ConnectionState Resume(ConnectionState at) => at.Enter(this);

    /// <summary>Where the socket is to attach.</summary>
    protected AttachTo Attachment(ConnectionState at) => new(at.Binding.Session, Command?.Id);
}
