namespace Chatbox.Messages.Users;

/// <summary>What crosses the user's boundary: sockets, limits and which session is active.</summary>
public static class UserProtocol
{
    /// <summary>Asks a user for something.</summary>
    public interface IUserCommand : IWithUserId, IWireMessage;

    /// <summary>The user's answer.</summary>
    public interface IUserReply : IWithUserId, IWireMessage;

    /// <summary>A journaled fact about a user.</summary>
    public interface IUserEvent : IWithUserId, IWireMessage
    {
        DateTimeOffset At { get; }
    }

    /// <summary>The sender is a socket and wants a place; it keeps it until it stops. Sent again, it changes nothing.</summary>
    public sealed record OpenSocket(UserId UserId) : IUserCommand;

    /// <summary>Would another socket be let in? Takes no place.</summary>
    public sealed record GetSocketAllowance(UserId UserId) : IUserCommand;

    /// <summary>The sender has its place, or would get one.</summary>
    /// <param name="SessionId">The user's active session, or a fresh id.</param>
    public sealed record SocketAllowed(UserId UserId, SessionId SessionId) : IUserReply;

    /// <summary>The user has as many sockets as one may have.</summary>
    public sealed record SocketRefused(UserId UserId, int Limit) : IUserReply;

    /// <summary>Another socket was refused: those that are open are told.</summary>
    public sealed record SocketLimitReached(UserId UserId, int Limit) : IUserReply;

    /// <summary>
    /// Before a command reaches its session: makes the session the active one, durably, and counts a message against the limit.
    /// The same command id is counted once.
    /// </summary>
    public sealed record AdmitCommand(UserId UserId, SessionId SessionId, CommandId CommandId, bool CountsAsMessage) : IUserCommand;

    /// <summary>The limit's word on a command.</summary>
    /// <param name="RetryAfter">Null when admitted.</param>
    public sealed record CommandAdmitted(UserId UserId, CommandId CommandId, TimeSpan? RetryAfter) : IUserReply;

    /// <summary>The command was a repetition: it does not count.</summary>
    public sealed record ForgetCommand(UserId UserId, CommandId CommandId) : IUserCommand;

    /// <summary>Sockets without a session are bound to this one from now on.</summary>
    public sealed record SessionActivated(UserId UserId, SessionId SessionId, DateTimeOffset At) : IUserEvent;
}
