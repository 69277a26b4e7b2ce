using System.Collections.Immutable;

namespace Chatbox.Messages.Sessions;

/// <summary>The messages that end, reopen, retire and erase a session, and the events they cause.</summary>
public static partial class SessionProtocol
{
    /// <summary>Ends the session: the running answer stops, and the user's next message starts another session. Idempotent.</summary>
    public sealed record EndSession(SessionId SessionId, CommandId CommandId, UserId UserId) : IIdentifiedCommand;

    /// <summary>
    /// Erases the session for good, including its journal and its rows in the index. <see cref="CommandAccepted"/> is sent once everything
    /// is deleted. A repetition under the same command id gets the same reply; under another id, the session does not exist.
    /// </summary>
    /// <param name="ByAdmin">The caller has checked that the user may erase the sessions of others.</param>
    public sealed record EraseSession(SessionId SessionId, CommandId CommandId, UserId UserId, bool ByAdmin) : IIdentifiedCommand;

    /// <summary>
    /// Erases the session like <see cref="EraseSession"/>, because nobody has used it for the retention time: only if it has ended, and its
    /// journal shows no activity since a moment. Otherwise it is refused with <see cref="Refusal.StillUsed"/>.
    /// </summary>
    /// <param name="UserId">The owner.</param>
    /// <param name="Since">A session with activity at this moment or later is kept.</param>
    public sealed record EraseUnused(SessionId SessionId, CommandId CommandId, UserId UserId, DateTimeOffset Since) : IIdentifiedCommand;

    /// <summary>Ends the session if its journal shows no activity for the time to live. There is no reply.</summary>
    public sealed record EndIfIdle(SessionId SessionId) : ISessionCommand;

    /// <summary>
    /// Lets the session continue if it ended a short time ago. It is sent once the owner's <c>UserActor</c> has made the session the active
    /// one. The reply is <see cref="Ownership"/>. Idempotent.
    /// </summary>
    public sealed record ReopenSession(SessionId SessionId, UserId UserId) : ISessionCommand
    {
        /// <summary>The user's epoch at which the session became the active one; null from earlier releases.</summary>
        public long? Epoch { get; init; }
    }

    /// <summary>
    /// Ends the session because another one takes its place. It is sent before the other session becomes active. From now on the session
    /// refuses commands that were permitted before <paramref name="Epoch"/>. The reply, <see cref="SessionRetired"/>, lists the commands
    /// that it remembers. Idempotent.
    /// </summary>
    /// <param name="Question">The id of this request, which the reply repeats.</param>
    /// <param name="Epoch">The user's next epoch.</param>
    public sealed record RetireSession(SessionId SessionId, UserId UserId, CommandId Question, long Epoch) : ISessionCommand
    {
        /// <summary>A session that has not ended is left alone.</summary>
        public bool OnlyIfEnded { get; init; }

        /// <summary>
        /// A session that knows this command is left alone: the command is a repetition and must have no further effect.
        /// </summary>
        public CommandId? UnlessKnown { get; init; }

        /// <summary>
        /// Leaves the session alone until this command, which made it the active one, has arrived. Otherwise two clients that write to two
        /// sessions at the same time would take the active place from each other forever.
        /// </summary>
        public CommandId? Expecting { get; init; }
    }

    /// <summary>The reply to <see cref="RetireSession"/>.</summary>
    public sealed record SessionRetired(SessionId SessionId, CommandId Question, Retirement Outcome) : ISessionReply
    {
        /// <summary>Digests of the commands that the session remembers. See <see cref="CommandDigest"/>.</summary>
        public ImmutableArray<long> Commands { get; init; } = [];
    }

    /// <summary>The outcome of a <see cref="RetireSession"/>. The numbers cross the wire and never change.</summary>
    public enum Retirement
    {
        /// <summary>The session has ended or was never opened. It can continue only at a later epoch.</summary>
        Retired = 1,

        /// <summary>The session continues as before, because it has not ended.</summary>
        StillOpen = 2,

        /// <summary>The session continues as before, because it knows the command.</summary>
        KnowsCommand = 3,

        /// <summary>The session continues as before, because the expected command has not arrived.</summary>
        Expecting = 4,
    }

    /// <summary>Tells a viewer that the session was erased. The viewer is bound to another session.</summary>
    public sealed record ViewerDismissed(SessionId SessionId) : ISessionReply;

    /// <summary>The session ended.</summary>
    /// <param name="CommandId">The command that ended the session; null if it was idle or was retired.</param>
    public sealed record SessionEnded(SessionId SessionId, CommandId? CommandId, DateTimeOffset At) : ISessionEvent
    {
        /// <summary>The user's epoch at which another session took this one's place; 0 if none did.</summary>
        public long Epoch { get; init; }
    }

    /// <summary>The session continued after its end.</summary>
    public sealed record SessionReopened(SessionId SessionId, DateTimeOffset At) : ISessionEvent
    {
        /// <summary>The user's epoch at which the session became the active one again; 0 if unknown.</summary>
        public long Epoch { get; init; }
    }

    /// <summary>The session learned of a later epoch of its user. Decisions of earlier epochs no longer count.</summary>
    public sealed record EpochNoted(SessionId SessionId, long Epoch, DateTimeOffset At) : ISessionEvent;

    /// <summary>
    /// The session was erased: every earlier event is to be deleted, and none follows. The event stays, so that the id can never become a
    /// session again.
    /// </summary>
    /// <param name="CommandId">The command that erased the session.</param>
    public sealed record SessionErased(SessionId SessionId, CommandId CommandId, DateTimeOffset At) : ISessionEvent;
}
