namespace Chatbox.Messages.Sessions;

public static partial class SessionProtocol
{
    /// <summary>The command is durable, or was so before. Its <c>ack</c> frame comes in order, among the delivered frames.</summary>
    /// <param name="Repeated">The id was known: nothing happened a second time.</param>
    public sealed record CommandAccepted(SessionId SessionId, CommandId CommandId, bool Repeated) : ISessionReply
    {
        /// <summary>
        /// The <c>ack</c> frame, if the session was asked to repeat it: the client may look at another session. Viewers of this one get it
        /// among their other frames.
        /// </summary>
        public ReadOnlyMemory<byte> Ack { get; init; }
    }

    /// <summary>The command changed nothing.</summary>
    public sealed record CommandRefused(SessionId SessionId, CommandId CommandId, Refusal Reason, TimeSpan? RetryAfter) : ISessionReply
    {
        /// <summary>What may follow on <see cref="Refusal.Ended"/>; null for other reasons, and from earlier releases.</summary>
        public Ending? Ending { get; init; }
    }

    /// <summary>Why a session takes no commands; numbers cross the wire and never change.</summary>
    public enum Ending
    {
        /// <summary>It is not the active session, or has rested too long, but it can go on once it is the active session again.</summary>
        Reopenable = 1,

        /// <summary>It has rested too long, and can no longer be reopened.</summary>
        Expired = 2,

        /// <summary>Its owner has ended it: a command does not undo that.</summary>
        OnPurpose = 3,

        /// <summary>It is erased, or has never been anybody's session.</summary>
        Gone = 4,
    }

    /// <summary>Why a session refuses a command; numbers cross the wire and never change.</summary>
    public enum Refusal
    {
        /// <summary>The session is not this user's.</summary>
        NotFound = 1,

        /// <summary>Three messages wait already.</summary>
        QueueFull = 2,

        /// <summary>No model of that id is configured.</summary>
        UnknownModel = 3,

        /// <summary>The user's message limit is used up.</summary>
        TooManyMessages = 4,

        /// <summary>The session has ended: the user knows which one takes its place.</summary>
        Ended = 5,

        /// <summary>Nothing has been asked that could be answered again.</summary>
        NothingToRegenerate = 6,

        /// <summary>The last message is still being answered, or waits for it.</summary>
        AnswerRunning = 7,

        /// <summary>The index has not caught up with the session, which keeps no more for it.</summary>
        IndexBehind = 8,

        /// <summary>The session's journal cannot be opened: its key is missing, or a row was changed or moved.</summary>
        Unreadable = 9,

        /// <summary>The client has sent so much without reading the answers that it gets no further ones before it reads.</summary>
        MustReadFirst = 10,
    }
}
