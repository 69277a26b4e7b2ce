using System.Collections.Immutable;

namespace Chatbox.Messages.Users;

/// <summary>What crosses the user's boundary: sockets, limits and which session is active.</summary>
public static class UserProtocol
{
    /// <summary>Asks a user to change something: the journal, a place for a socket or a count against a limit.</summary>
    public interface IUserCommand : IWithUserId, IWireMessage;

    /// <summary>Asks a user for something without changing it.</summary>
    public interface IUserQuery : IWithUserId, IWireMessage;

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
    public sealed record GetSocketAllowance(UserId UserId) : IUserQuery;

    /// <summary>The sender has its place, or would get one.</summary>
    /// <param name="SessionId">The user's active session, or a fresh id.</param>
    /// <param name="IsActive">It is the active session, as far as the user knows: the session itself knows whether it has ended.</param>
    public sealed record SocketAllowed(UserId UserId, SessionId SessionId, bool IsActive) : IUserReply
    {
        /// <summary>The user's epoch: the last place in the user's journal. What is decided on an older epoch is decided anew.</summary>
        public long Epoch { get; init; }
    }

    /// <summary>The user has as many sockets as one may have.</summary>
    public sealed record SocketRefused(UserId UserId, int Limit) : IUserReply;

    /// <summary>Another socket was refused: those that are open are told.</summary>
    public sealed record SocketLimitReached(UserId UserId, int Limit) : IUserReply;

    /// <summary>
    /// Before a command reaches its session: says where the command has had its effect, if it is a repetition; makes a fresh id the active
    /// session, durably; and counts the command against its limit. The same command id is counted once.
    /// </summary>
    /// <param name="SessionId">The session that the client looks at.</param>
    public sealed record AdmitCommand(UserId UserId, SessionId SessionId, CommandId CommandId, bool CountsAsMessage) : IUserCommand
    {
        /// <summary>The command never makes a session the active one: a <c>stop</c> concerns what runs in the session it was sent to.</summary>
        public bool KeepsActive { get; init; }

        /// <summary>The session does not know the command and can be reopened: make it the active session.</summary>
        public bool Reopens { get; init; }

        /// <summary>This session was asked for the first reply to the command and does not know the command.</summary>
        public SessionId? NotIn { get; init; }

        /// <summary>The epoch of the reply that this request follows from; null for the first request of a command.</summary>
        public long? AsOf { get; init; }

        /// <summary>Names this admission: repeated until it is answered, it carries the same number.</summary>
        public long Attempt { get; init; }
    }

    /// <summary>Where a command goes, and what the limit says.</summary>
    /// <param name="RetryAfter">Null when the limit admits the command.</param>
    public sealed record CommandAdmitted(UserId UserId, CommandId CommandId, TimeSpan? RetryAfter) : IUserReply
    {
        /// <summary>The session where the command belongs; null if it may go to the one it was meant for.</summary>
        public SessionId? SentTo { get; init; }

        /// <summary><see cref="SentTo"/> is the active session: the socket follows the command there.</summary>
        public bool Follow { get; init; }

        /// <summary>
        /// The session that the command was meant for is the active one and may take it. Otherwise it may only repeat its first reply.
        /// </summary>
        public bool IsActive { get; init; }

        /// <summary>The user's epoch at this decision.</summary>
        public long Epoch { get; init; }
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
    public sealed record GetSessionKnown(UserId UserId, SessionId SessionId) : IUserQuery;

    /// <summary>Whether the user's journal remembers the session. It forgets older ones: those are in the index.</summary>
    public sealed record SessionKnown(UserId UserId, SessionId SessionId, bool Known) : IUserReply;

    /// <summary>The session's owner opens it: it is the active one from now on.</summary>
    public sealed record ActivateSession(UserId UserId, SessionId SessionId) : IUserCommand;

    /// <summary>The session has ended or is gone: which one takes its place?</summary>
    /// <param name="CommandId">The command that the session has refused, if one was waiting.</param>
    public sealed record LeaveSession(UserId UserId, SessionId SessionId, CommandId? CommandId) : IUserCommand
    {
        /// <summary>The user's epoch before the session was asked: if the session was reopened since, it is not left. Null for a session that is gone.</summary>
        public long? AsOf { get; init; }
    }

    /// <summary>The session to use from now on: the active one or a fresh id.</summary>
    /// <param name="InsteadOf">The session that was left; of an activation the session itself.</param>
    public sealed record SessionToUse(UserId UserId, SessionId InsteadOf, SessionId SessionId) : IUserReply
    {
        /// <summary>The user's epoch at this decision.</summary>
        public long Epoch { get; init; }
    }

    /// <summary>The command was a repetition: what its admission has added to the limit does not count.</summary>
    /// <param name="Attempt">That of the admission. What other admissions of the same id have added stays counted.</param>
    public sealed record ForgetCommand(UserId UserId, CommandId CommandId, long Attempt) : IUserCommand;

    /// <summary>Sockets without a session are bound to this one from now on.</summary>
    public sealed record SessionActivated(UserId UserId, SessionId SessionId, DateTimeOffset At) : IUserEvent
    {
        /// <summary>The command that was sent to the session. Written by earlier releases only.</summary>
        public CommandId? CommandId { get; init; }

        /// <summary>The session that was active until now and has been retired.</summary>
        public SessionId? Replaces { get; init; }

        /// <summary>Digests of the commands that <see cref="Replaces"/> remembers (<see cref="CommandDigest"/>).</summary>
        public ImmutableArray<long> Commands { get; init; } = [];
    }

    /// <summary>The active session has ended or is gone: there is none until the next command.</summary>
    public sealed record SessionLeft(UserId UserId, SessionId SessionId, DateTimeOffset At) : IUserEvent
    {
        /// <summary>Digests of the commands that the session remembers (<see cref="CommandDigest"/>).</summary>
        public ImmutableArray<long> Commands { get; init; } = [];
    }

    /// <summary>All that a user is, at one place in its event log. Protocol of the journal, not of the cluster.</summary>
    /// <param name="Activations">The latest ones, in order. Written by earlier releases only.</param>
    public sealed record UserSnapshot(UserId UserId, SessionId? Active, ImmutableList<Activation> Activations) : IWithUserId, IWireMessage
    {
        /// <summary>Fresh ids that have become sessions.</summary>
        public int FreshUsed { get; init; }

        /// <summary>The sessions that were active before, in the order in which they were retired.</summary>
        public ImmutableList<RetiredSession> Retired { get; init; } = [];
    }

    /// <summary>A session became active.</summary>
    /// <param name="CommandId">The command that was sent to it.</param>
    public sealed record Activation(SessionId SessionId, CommandId? CommandId, SessionId? Replaces, DateTimeOffset At);

    /// <summary>A session that is no longer active, and the commands that it remembers.</summary>
    /// <param name="Commands">Their digests (<see cref="CommandDigest"/>).</param>
    /// <param name="Epoch">Place of the retirement in the user's journal.</param>
    public sealed record RetiredSession(SessionId SessionId, ImmutableArray<long> Commands, long Epoch, DateTimeOffset At);
}
