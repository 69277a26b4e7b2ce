using System.Collections.Immutable;

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
    /// <param name="IsActive">It is the active session, as far as the user knows: the session itself knows whether it has ended.</param>
    public sealed record SocketAllowed(UserId UserId, SessionId SessionId, bool IsActive) : IUserReply;

    /// <summary>The user has as many sockets as one may have.</summary>
    public sealed record SocketRefused(UserId UserId, int Limit) : IUserReply;

    /// <summary>Another socket was refused: those that are open are told.</summary>
    public sealed record SocketLimitReached(UserId UserId, int Limit) : IUserReply;

    /// <summary>
    /// Before a command reaches its session: makes the session the active one, durably, and counts it against its limit.
    /// The same command id is counted once.
    /// </summary>
    public sealed record AdmitCommand(UserId UserId, SessionId SessionId, CommandId CommandId, bool CountsAsMessage) : IUserCommand
    {
        /// <summary>The session it was meant for has ended: where it goes instead is journaled, so that no repetition goes elsewhere.</summary>
        public bool Moved { get; init; }

        /// <summary>Names this admission: repeated until it is answered, it carries the same number.</summary>
        public long Attempt { get; init; }
    }

    /// <summary>The limit's word on a command.</summary>
    /// <param name="RetryAfter">Null when admitted.</param>
    public sealed record CommandAdmitted(UserId UserId, CommandId CommandId, TimeSpan? RetryAfter) : IUserReply
    {
        /// <summary>The session that this command went to before; null if it may go where it was meant to go.</summary>
        public SessionId? SentTo { get; init; }
    }

    /// <summary>
    /// Before a command that costs no answer reaches its session: counts it against the limit of commands. Neither makes a session active.
    /// The same command id is counted once.
    /// </summary>
    public sealed record CountCommand(UserId UserId, CommandId CommandId) : IUserCommand;

    /// <summary>The limit's word on a command that was to be counted.</summary>
    /// <param name="RetryAfter">Null when it may go on.</param>
    public sealed record CommandCounted(UserId UserId, CommandId CommandId, TimeSpan? RetryAfter) : IUserReply;

    /// <summary>Asks whether one of the user's latest commands went to this session. Wakes no session.</summary>
    public sealed record GetSessionKnown(UserId UserId, SessionId SessionId) : IUserCommand;

    /// <summary>Whether the user's journal remembers the session. It forgets older ones: those are in the index.</summary>
    public sealed record SessionKnown(UserId UserId, SessionId SessionId, bool Known) : IUserReply;

    /// <summary>The session was reopened, or chosen by its owner: it is the active one from now on.</summary>
    public sealed record ActivateSession(UserId UserId, SessionId SessionId) : IUserCommand;

    /// <summary>The session has ended or is gone: which one takes its place?</summary>
    /// <param name="CommandId">The command that it has refused, if one was waiting: it has not had its effect there and never will.</param>
    public sealed record LeaveSession(UserId UserId, SessionId SessionId, CommandId? CommandId) : IUserCommand;

    /// <summary>The session to use from now on: the active one or a fresh id.</summary>
    /// <param name="InsteadOf">The session that was left; of an activation the session itself.</param>
    public sealed record SessionToUse(UserId UserId, SessionId InsteadOf, SessionId SessionId) : IUserReply;

    /// <summary>The command was a repetition: what its admission has added to the limit does not count.</summary>
    /// <param name="Attempt">That of the admission. What other admissions of the same id have added stays counted.</param>
    public sealed record ForgetCommand(UserId UserId, CommandId CommandId, long Attempt) : IUserCommand;

    /// <summary>Sockets without a session are bound to this one from now on.</summary>
    public sealed record SessionActivated(UserId UserId, SessionId SessionId, DateTimeOffset At) : IUserEvent
    {
        /// <summary>The command that was sent to it; null if a client came back to the session.</summary>
        public CommandId? CommandId { get; init; }

        /// <summary>The session that was active until now and is to end.</summary>
        public SessionId? Replaces { get; init; }
    }

    /// <summary>The active session has ended or is gone: there is none until the next command.</summary>
    public sealed record SessionLeft(UserId UserId, SessionId SessionId, DateTimeOffset At) : IUserEvent;

    /// <summary>All that a user is, at one place in its event log. Protocol of the journal, not of the cluster.</summary>
    /// <param name="Activations">The latest ones, in order.</param>
    public sealed record UserSnapshot(UserId UserId, SessionId? Active, ImmutableList<Activation> Activations) : IWithUserId, IWireMessage;

    /// <summary>A session became active.</summary>
    /// <param name="CommandId">The command that was sent to it.</param>
    public sealed record Activation(SessionId SessionId, CommandId? CommandId, SessionId? Replaces, DateTimeOffset At);
}
