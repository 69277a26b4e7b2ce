using System.Collections.Immutable;

namespace Chatbox.Messages.Sessions;

/// <summary>How a session ends, is reopened and is erased.</summary>
public static partial class SessionProtocol
{
    /// <summary>Ends the session: its running answer is stopped, and the next message to it starts another session. Idempotent.</summary>
    public sealed record EndSession(SessionId SessionId, CommandId CommandId, UserId UserId) : IIdentifiedCommand;

    /// <summary>
    /// Removes the session for good, journal and index included. <see cref="CommandAccepted"/> comes once nothing of it is left. Sent
    /// again under the same id it gets the same reply; under another one the session does not exist.
    /// </summary>
    /// <param name="ByAdmin">The caller has checked that the user may erase other people's sessions.</param>
    public sealed record EraseSession(SessionId SessionId, CommandId CommandId, UserId UserId, bool ByAdmin) : IIdentifiedCommand;

    /// <summary>Ends the session if it has rested for its time to live, by its own journal. No reply.</summary>
    public sealed record EndIfIdle(SessionId SessionId) : ISessionCommand;

    /// <summary>
    /// The session's owner has opened it, and it is the active session by now: if it has ended not long ago, it goes on. The reply is
    /// <see cref="Ownership"/>. Sent again, it changes nothing.
    /// </summary>
    public sealed record ReopenSession(SessionId SessionId, UserId UserId) : ISessionCommand
    {
        /// <summary>The user's epoch at which the session became the active one; null from earlier releases.</summary>
        public long? Epoch { get; init; }
    }

    /// <summary>
    /// From the session's owner, before another session becomes active: the session ends, takes no command that was permitted before
    /// <paramref name="Epoch"/>, and says which commands it remembers. The reply is <see cref="SessionRetired"/>. Sent again, it changes nothing.
    /// </summary>
    /// <param name="Question">Names this request; the reply repeats it.</param>
    /// <param name="Epoch">The user's next epoch.</param>
    public sealed record RetireSession(SessionId SessionId, UserId UserId, CommandId Question, long Epoch) : ISessionCommand
    {
        /// <summary>A session that has not ended is left alone.</summary>
        public bool OnlyIfEnded { get; init; }

        /// <summary>A session that knows this command is left alone: the command is a repetition and must have no further effect.</summary>
        public CommandId? UnlessKnown { get; init; }

        /// <summary>
        /// The command that has made the session the active one. Until it has arrived the session is left alone: otherwise two clients that
        /// write to two sessions at the same time would take them from each other without end.
        /// </summary>
        public CommandId? Expecting { get; init; }
    }

    /// <summary>The reply to <see cref="RetireSession"/>.</summary>
    public sealed record SessionRetired(SessionId SessionId, CommandId Question, Retirement Outcome) : ISessionReply
    {
        /// <summary>Digests of the commands that the session remembers (<see cref="CommandDigest"/>).</summary>
        public ImmutableArray<long> Commands { get; init; } = [];
    }

    /// <summary>What became of a <see cref="RetireSession"/>; numbers cross the wire and never change.</summary>
    public enum Retirement
    {
        /// <summary>The session has ended, and can go on only at a later epoch.</summary>
        Retired = 1,

        /// <summary>The session goes on as before.</summary>
        StillOpen = 2,

        /// <summary>The session goes on as before: it knows the command.</summary>
        KnowsCommand = 3,

        /// <summary>The session goes on as before: the expected command has not arrived.</summary>
        Expecting = 4,
    }

    /// <summary>The session is no more: its viewers look elsewhere.</summary>
    public sealed record ViewerDismissed(SessionId SessionId) : ISessionReply;

    /// <summary>The session has ended.</summary>
    /// <param name="CommandId">The command that ended it; null if it was idle.</param>
    public sealed record SessionEnded(SessionId SessionId, CommandId? CommandId, DateTimeOffset At) : ISessionEvent
    {
        /// <summary>The user's epoch at which another session took this one's place; 0 if none did.</summary>
        public long Epoch { get; init; }
    }

    /// <summary>The session goes on after its end.</summary>
    public sealed record SessionReopened(SessionId SessionId, DateTimeOffset At) : ISessionEvent
    {
        /// <summary>The user's epoch at which it is the active session again; 0 if unknown.</summary>
        public long Epoch { get; init; }
    }

    /// <summary>The session has heard of a later epoch of its user: what was decided before then no longer counts.</summary>
    public sealed record EpochNoted(SessionId SessionId, long Epoch, DateTimeOffset At) : ISessionEvent;

    /// <summary>Everything before is to be deleted, and nothing ever follows. Keeps the id from becoming a session again.</summary>
    /// <param name="CommandId">The command that erased it.</param>
    public sealed record SessionErased(SessionId SessionId, CommandId CommandId, DateTimeOffset At) : ISessionEvent;
}
