namespace Chatbox.Messages.Sessions;

public static partial class SessionProtocol
{
    /// <summary>Attaches the sender as a viewer of the session, starting at its client's cursor.</summary>
    /// <param name="Attachment">Counts the sender's attachments, so that a repetition of an earlier one changes nothing.</param>
    /// <param name="LastSeq">The <c>seq</c> of the client's last item; null for a new client, which receives only what follows.</param>
    /// <param name="Partial">The client's position in a running answer; null if it has none of it.</param>
    /// <param name="Unanswered">A command of this client that has had no reply yet. Its effect is not echoed to the client.</param>
    public sealed record AttachViewer(
        SessionId SessionId,
        UserId UserId,
        int Attachment,
        long? LastSeq,
        AnswerPosition? Partial,
        CommandId? Unanswered
    ) : IViewerMessage
    {
        /// <summary>The client is a legacy page, which appends all text it receives to the answer it is showing.</summary>
        public bool Legacy { get; init; }

        /// <summary>
        /// The viewer is an admin's socket, which sees notes and counts as present if the admin holds the session. The sender has checked
        /// the role.
        /// </summary>
        public bool AsAdmin { get; init; }
    }

    /// <summary>Ends the sender's view of the session.</summary>
    public sealed record DetachViewer(SessionId SessionId) : IViewerMessage;

    /// <summary>The sender's socket has taken this many of the delivered bytes, so the session may deliver as many more.</summary>
    public sealed record ViewerTookBytes(SessionId SessionId, int Bytes) : IViewerMessage;

    /// <summary>A position in the text of an answer.</summary>
    public readonly record struct AnswerPosition(MessageId MessageId, int Offset);

    /// <summary>Shows the other viewers that the sender has started or stopped typing.</summary>
    public sealed record ShowTyping(SessionId SessionId, UserId UserId, bool Typing) : IViewerMessage
    {
        /// <summary>An admin types. Only the holder's typing is shown.</summary>
        public bool AsAdmin { get; init; }
    }

    /// <summary>
    /// The sender's client has shown every item up to a place. Kept once an admin has taken part in the session. The furthest place of each
    /// side counts; the other side is told.
    /// </summary>
    /// <param name="Side">The sender has checked that the user belongs to this side.</param>
    public sealed record MarkSeen(SessionId SessionId, UserId UserId, ConversationSide Side, long Seq) : IViewerMessage;

    /// <summary>Delivers one rendered frame to a viewer's socket.</summary>
    /// <param name="Utf8">The rendered JSON; empty if only the cursor moves.</param>
    /// <param name="Seq">After this frame the viewer has every item up to here; 0 if the frame does not move the cursor.</param>
    /// <param name="Partial">After this frame the viewer has this much of the running answer.</param>
    public sealed record DeliverFrame(SessionId SessionId, ReadOnlyMemory<byte> Utf8, long Seq, AnswerPosition? Partial) : ISessionReply
    {
        /// <summary>The trace span that the frame belongs to, as a W3C <c>traceparent</c>; null without tracing.</summary>
        public string? TraceParent { get; init; }

        /// <summary>
        /// The frame tells the client to read the history over REST. The cursor moves to <see cref="Seq"/>, even backwards: after a restore
        /// from a backup, the client may have more than the session.
        /// </summary>
        public bool Reloads { get; init; }
    }

    /// <summary>Confirms an <see cref="AttachViewer"/>; the frames follow.</summary>
    public sealed record ViewerAttached(SessionId SessionId) : ISessionReply
    {
        /// <summary>The number of the attachment that is confirmed; 0 from a node of an earlier release.</summary>
        public int Attachment { get; init; }
    }

    /// <summary>Refuses an <see cref="AttachViewer"/>: the session belongs to another user.</summary>
    public sealed record ViewerRefused(SessionId SessionId) : ISessionReply;

    /// <summary>
    /// Refuses an <see cref="AttachViewer"/>: the session's journal cannot be decrypted (<see cref="Refusal.Unreadable"/>).
    /// </summary>
    public sealed record SessionUnreadable(SessionId SessionId) : ISessionReply;

    /// <summary>Asks whether the user owns the session.</summary>
    public sealed record GetOwnership(SessionId SessionId, UserId UserId) : ISessionQuery;

    /// <summary>Says whether the user owns the session.</summary>
    public sealed record Ownership(SessionId SessionId, bool Owned) : ISessionReply
    {
        /// <summary>The session takes no more messages. An erased session is ended for every user.</summary>
        public bool Ended { get; init; }

        /// <summary>The session ended a short time ago, and its owner may reopen it.</summary>
        public bool CanBeReopened { get; init; }

        /// <summary>
        /// The session belongs to another user. Only administrators may learn that: to users, such a session and an unknown one look the same.
        /// </summary>
        public bool IsForeign { get; init; }
    }
}
