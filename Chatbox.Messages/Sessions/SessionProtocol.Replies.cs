namespace Chatbox.Messages.Sessions;

public static partial class SessionProtocol
{
    /// <summary>The command is in the journal. Viewers receive its <c>ack</c> frame in order among their other frames.</summary>
    /// <param name="Repeated">The session knew the command id, so the command had no further effect.</param>
    public sealed record CommandAccepted(SessionId SessionId, CommandId CommandId, bool Repeated) : ISessionReply
    {
        /// <summary>
        /// The <c>ack</c> frame, for a client that may be bound to another session; empty unless the session was asked to repeat an earlier
        /// reply. The session's own viewers receive the frame among their others.
        /// </summary>
        public ReadOnlyMemory<byte> Ack { get; init; }
    }

    /// <summary>The command changed nothing.</summary>
    public sealed record CommandRefused(SessionId SessionId, CommandId CommandId, Refusal Reason, TimeSpan? RetryAfter) : ISessionReply
    {
        /// <summary>
        /// Whether the session can continue, for the reason <see cref="Refusal.Ended"/>; null for other reasons, and from earlier releases.
        /// </summary>
        public Ending? Ending { get; init; }

        /// <summary>The admin who holds the session, if this is why an admin's command is refused.</summary>
        public HolderName? Holder { get; init; }
    }

    /// <summary>An admin who holds a session.</summary>
    public sealed record HolderName(UserId AdminId, string Name);

    /// <summary>Whether, and how, a session that takes no commands can continue. The numbers cross the wire and never change.</summary>
    public enum Ending
    {
        /// <summary>
        /// The session is not the active one, or was idle for too long. It can continue once it is the active session again.
        /// </summary>
        Reopenable = 1,

        /// <summary>The session was idle for too long, and its time for reopening is over.</summary>
        Expired = 2,

        /// <summary>The owner ended the session. A command does not undo that.</summary>
        OnPurpose = 3,

        /// <summary>The session was erased, or was never opened.</summary>
        Gone = 4,
    }

    /// <summary>The reason why a session refuses a command. The numbers cross the wire and never change.</summary>
    public enum Refusal
    {
        /// <summary>The session belongs to another user, or to none.</summary>
        NotFound = 1,

        /// <summary>Three messages are already waiting for an answer.</summary>
        QueueFull = 2,

        /// <summary>No model with this id is configured.</summary>
        UnknownModel = 3,

        /// <summary>The user's message limit is used up.</summary>
        TooManyMessages = 4,

        /// <summary>The session has ended. The owner's <c>UserActor</c> knows the session that takes its place.</summary>
        Ended = 5,

        /// <summary>No message has been sent yet, so there is no answer to repeat.</summary>
        NothingToRegenerate = 6,

        /// <summary>The last message is still being answered, or is waiting for its answer.</summary>
        AnswerRunning = 7,

        /// <summary>The index is too far behind the session, which cannot hold more updates for it.</summary>
        IndexBehind = 8,

        /// <summary>The session's journal cannot be decrypted: a key is missing, or a row was changed or moved.</summary>
        Unreadable = 9,

        /// <summary>The client has not read the replies to its earlier commands, and no more replies can be queued for it.</summary>
        MustReadFirst = 10,

        /// <summary>Another admin holds the session.</summary>
        HeldByAnother = 11,

        /// <summary>The admin does not hold the session.</summary>
        NotHolder = 12,

        /// <summary>A person answers now, so that no model can be asked or chosen.</summary>
        PersonAnswers = 13,

        /// <summary>Nobody has offered the session to this admin, or the offer has ended.</summary>
        NothingOffered = 14,

        /// <summary>The session has no such message, or the message cannot be rated.</summary>
        UnknownMessage = 15,

        /// <summary>The session was used within the retention time, or is being used.</summary>
        StillUsed = 16,

        /// <summary>The session has no such message, or it has no recording.</summary>
        NoRecording = 17,

        /// <summary>No service is set up that transcribes recordings.</summary>
        NoTranscription = 18,
    }
}
