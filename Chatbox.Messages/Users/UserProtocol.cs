using System.Collections.Immutable;

namespace Chatbox.Messages.Users;

/// <summary>
/// The messages that a user's actor sends and receives, and the events it journals: sockets, limits, and which session is active.
/// </summary>
public static class UserProtocol
{
    /// <summary>Asks a user to change something: the journal, a socket's place, or a count against a limit.</summary>
    public interface IUserCommand : IWithUserId, IWireMessage;

    /// <summary>Asks a user for information without changing it.</summary>
    public interface IUserQuery : IWithUserId, IWireMessage;

    /// <summary>The user's reply to a command or a query.</summary>
    public interface IUserReply : IWithUserId, IWireMessage;

    /// <summary>A fact in the user's journal.</summary>
    public interface IUserEvent : IWithUserId, IWireMessage
    {
        DateTimeOffset At { get; }
    }

    /// <summary>Reserves a place for a socket, which is the sender. The place is free again when the sender stops. Idempotent.</summary>
    public sealed record OpenSocket(UserId UserId) : IUserCommand;

    /// <summary>Asks whether the user may open another socket. It reserves no place.</summary>
    public sealed record GetSocketAllowance(UserId UserId) : IUserQuery;

    /// <summary>Grants an <see cref="OpenSocket"/>, or says that one would be granted.</summary>
    /// <param name="SessionId">The user's active session, or a fresh id.</param>
    /// <param name="IsActive">
    /// Whether it is the active session, as far as the user's actor knows. Only the session itself knows whether it has ended.
    /// </param>
    public sealed record SocketAllowed(UserId UserId, SessionId SessionId, bool IsActive) : IUserReply
    {
        /// <summary>
        /// The user's epoch: the last sequence number of the user's journal. Decisions made at an older epoch are made again.
        /// </summary>
        public long Epoch { get; init; }
    }

    /// <summary>Refuses an <see cref="OpenSocket"/>: the user has the greatest number of sockets.</summary>
    public sealed record SocketRefused(UserId UserId, int Limit) : IUserReply;

    /// <summary>Tells the user's open sockets that another one was refused.</summary>
    public sealed record SocketLimitReached(UserId UserId, int Limit) : IUserReply;

    /// <summary>
    /// Tells a user, whose actor passes it on to all sockets, that a session has another name. Nothing is lost with the message: lists have the name.
    /// </summary>
    public sealed record SessionNamed(UserId UserId, SessionId SessionId, string Name) : IUserCommand;

    /// <summary>
    /// Admits a client's command before it is sent to its session. For a repetition, the reply names the session where the command took
    /// effect. If the session is the fresh id, it becomes the active one before the reply. The command counts against its limit once per command id.
    /// </summary>
    /// <param name="SessionId">The session that the client shows.</param>
    public sealed record AdmitCommand(UserId UserId, SessionId SessionId, CommandId CommandId, bool CountsAsMessage) : IUserCommand
    {
        /// <summary>The command never makes a session the active one: a <c>stop</c> concerns only the session it was sent to.</summary>
        public bool NeverActivates { get; init; }

        /// <summary>The session does not know the command and can be reopened, so it shall become the active session.</summary>
        public bool Reopens { get; init; }

        /// <summary>The session that was asked for its first reply to the command and does not know the command.</summary>
        public SessionId? NotIn { get; init; }

        /// <summary>The epoch of the reply that led to this request; null for the first request about a command.</summary>
        public long? AsOf { get; init; }

        /// <summary>Distinguishes this admission from others of the same command id; repetitions of the request keep it.</summary>
        public long Attempt { get; init; }
    }

    /// <summary>Says where a command shall go, and what the limit decided.</summary>
    /// <param name="RetryAfter">The time until the next attempt; null if the limit admits the command.</param>
    public sealed record CommandAdmitted(UserId UserId, CommandId CommandId, TimeSpan? RetryAfter) : IUserReply
    {
        /// <summary>The session where the command belongs; null for the session it was meant for.</summary>
        public SessionId? SentTo { get; init; }

        /// <summary><see cref="SentTo"/> is the active session, and the socket moves there with the command.</summary>
        public bool Follow { get; init; }

        /// <summary>
        /// The session that the command was meant for is the active one and may execute the command. Otherwise it may only repeat its first
        /// reply.
        /// </summary>
        public bool IsActive { get; init; }

        /// <summary>The user's epoch at this decision.</summary>
        public long Epoch { get; init; }
    }

    /// <summary>
    /// Counts a command against the user's limit, before it is sent to its session. It never makes a session the active one. A command id is
    /// counted once.
    /// </summary>
    public sealed record CountCommand(UserId UserId, CommandId CommandId) : IUserCommand
    {
        /// <summary>The command counts against the limit of messages, rather than the limit of other commands.</summary>
        public bool CountsAsMessage { get; init; }

        /// <summary>Distinguishes this admission from others of the same command id; repetitions of the request keep it.</summary>
        public long Attempt { get; init; }
    }

    /// <summary>The reply to a <see cref="CountCommand"/>.</summary>
    /// <param name="RetryAfter">The time until the next attempt; null if the limit admits the command.</param>
    public sealed record CommandCounted(UserId UserId, CommandId CommandId, TimeSpan? RetryAfter) : IUserReply;

    /// <summary>Asks, for one node, for some of an admin's REST calls. A repetition with the same id gets the same lease.</summary>
    /// <param name="Wanted">At least 1.</param>
    public sealed record LeaseCalls(UserId UserId, CommandId LeaseId, int Wanted) : IUserCommand
    {
        /// <summary>The node's lease before, which it does not use any more; null for the first.</summary>
        public CommandId? Previous { get; init; }

        /// <summary>Calls of <see cref="Previous"/> that were not used.</summary>
        public int Unused { get; init; }
    }

    /// <summary>The reply to a <see cref="LeaseCalls"/>.</summary>
    /// <param name="Granted">At least 1, and at most what was wanted; 0 if <paramref name="RetryAfter"/> is given.</param>
    /// <param name="RetryAfter">The time until the next attempt; null if calls were granted.</param>
    public sealed record CallsLeased(UserId UserId, CommandId LeaseId, int Granted, TimeSpan? RetryAfter) : IUserReply;

    /// <summary>Asks whether the user's journal remembers this session. Wakes no session.</summary>
    public sealed record GetSessionKnown(UserId UserId, SessionId SessionId) : IUserQuery;

    /// <summary>Says whether the user's journal remembers the session. It forgets older sessions; the index has those.</summary>
    public sealed record SessionKnown(UserId UserId, SessionId SessionId, bool Known) : IUserReply;

    /// <summary>Makes the session the active one, because its owner opens it.</summary>
    public sealed record ActivateSession(UserId UserId, SessionId SessionId) : IUserCommand;

    /// <summary>Asks for another session, because this one has ended or does not exist.</summary>
    /// <param name="CommandId">The command that the session refused; null if none was waiting.</param>
    public sealed record LeaveSession(UserId UserId, SessionId SessionId, CommandId? CommandId) : IUserCommand
    {
        /// <summary>
        /// The user's epoch before the session was asked. A session that was reopened since is not left. Null if the session does not
        /// exist.
        /// </summary>
        public long? AsOf { get; init; }
    }

    /// <summary>Names the session to use from now on: the active one, or a fresh id.</summary>
    /// <param name="InsteadOf">The session that was left; for an activation, the session itself.</param>
    public sealed record SessionToUse(UserId UserId, SessionId InsteadOf, SessionId SessionId) : IUserReply
    {
        /// <summary>The user's epoch at this decision.</summary>
        public long Epoch { get; init; }
    }

    /// <summary>Takes back what an admission added to a limit, because the command was a repetition.</summary>
    /// <param name="Attempt">The number of that admission. Other admissions of the same command id stay counted.</param>
    public sealed record ForgetCommand(UserId UserId, CommandId CommandId, long Attempt) : IUserCommand;

    /// <summary>A session became the active one. Sockets without a session are bound to it from now on.</summary>
    public sealed record SessionActivated(UserId UserId, SessionId SessionId, DateTimeOffset At) : IUserEvent
    {
        /// <summary>The command that was sent to the session. Only earlier releases wrote it.</summary>
        public CommandId? CommandId { get; init; }

        /// <summary>The session that was active before and has been retired; null if there was none.</summary>
        public SessionId? Replaces { get; init; }

        /// <summary>Digests of the commands that <see cref="Replaces"/> remembers. See <see cref="CommandDigest"/>.</summary>
        public ImmutableArray<long> Commands { get; init; } = [];
    }

    /// <summary>The active session ended or does not exist. No session is active until the next command.</summary>
    public sealed record SessionLeft(UserId UserId, SessionId SessionId, DateTimeOffset At) : IUserEvent
    {
        /// <summary>Digests of the commands that the session remembers. See <see cref="CommandDigest"/>.</summary>
        public ImmutableArray<long> Commands { get; init; } = [];
    }

    /// <summary>The whole state of a user at one place in its journal. It is stored, and never sent to another node.</summary>
    /// <param name="Activations">The latest activations, in order. Only earlier releases wrote them.</param>
    public sealed record UserSnapshot(UserId UserId, SessionId? Active, ImmutableList<Activation> Activations) : IWithUserId, IWireMessage
    {
        /// <summary>Number of fresh ids that have become sessions.</summary>
        public int FreshUsed { get; init; }

        /// <summary>The sessions that were active before, in the order of their retirement.</summary>
        public ImmutableList<RetiredSession> Retired { get; init; } = [];
    }

    /// <summary>One activation of a session, as earlier releases journaled it.</summary>
    /// <param name="CommandId">The command that was sent to the session.</param>
    public sealed record Activation(SessionId SessionId, CommandId? CommandId, SessionId? Replaces, DateTimeOffset At);

    /// <summary>A session that is no longer active, with the commands that it remembers.</summary>
    /// <param name="Commands">Digests of the commands. See <see cref="CommandDigest"/>.</param>
    /// <param name="Epoch">The sequence number of the retirement in the user's journal.</param>
    public sealed record RetiredSession(SessionId SessionId, ImmutableArray<long> Commands, long Epoch, DateTimeOffset At);
}
