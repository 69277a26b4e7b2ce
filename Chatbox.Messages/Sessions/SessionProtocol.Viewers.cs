namespace Chatbox.Messages.Sessions;

public static partial class SessionProtocol
{
    /// <summary>The sender wants to see this session from where its client stands.</summary>
    /// <param name="Attachment">Counts the sender's attachments: a repetition of one that has arrived changes nothing.</param>
    /// <param name="LastSeq">The last item the client has; null for a client that has just come and only wants what follows.</param>
    /// <param name="Partial">How much of a running answer the client has.</param>
    /// <param name="Unanswered">A command of this viewer without a reply so far: its effect must not be echoed to it.</param>
    public sealed record AttachViewer(
        SessionId SessionId,
        UserId UserId,
        int Attachment,
        long? LastSeq,
        AnswerPosition? Partial,
        CommandId? Unanswered
    ) : IViewerMessage
    {
        /// <summary>The client is a page of the replaced service, which appends whatever comes to the answer it is showing.</summary>
        public bool Legacy { get; init; }
    }

    /// <summary>The sender no longer looks at this session.</summary>
    public sealed record DetachViewer(SessionId SessionId) : IViewerMessage;

    /// <summary>The sender's socket has taken this many bytes of what the session delivered: so many more may follow.</summary>
    public sealed record ViewerTookBytes(SessionId SessionId, int Bytes) : IViewerMessage;

    /// <summary>A place in an answer, in UTF-16 code units of its text.</summary>
    public readonly record struct AnswerPosition(MessageId MessageId, int Offset);

    /// <summary>The sender types, or has stopped typing.</summary>
    public sealed record ShowTyping(SessionId SessionId, UserId UserId, bool Typing) : IViewerMessage;

    /// <summary>One frame for a viewer, as it goes over the socket.</summary>
    /// <param name="Utf8">The rendered JSON; empty when only the cursor moves.</param>
    /// <param name="Seq">The viewer has every item up to here once it has this frame; 0 if the frame says nothing about it.</param>
    /// <param name="Partial">How much of the running answer the viewer has once it has this frame.</param>
    public sealed record DeliverFrame(SessionId SessionId, ReadOnlyMemory<byte> Utf8, long Seq, AnswerPosition? Partial) : ISessionReply
    {
        /// <summary>The span the frame belongs to, as W3C Trace Context writes it; null if it is none that is traced.</summary>
        public string? TraceParent { get; init; }

        /// <summary>
        /// The client is told to read the history: from now on it stands at <see cref="Seq"/>, though it may have had more of another
        /// course of the session.
        /// </summary>
        public bool Reloads { get; init; }
    }

    /// <summary>The viewer is attached; frames follow.</summary>
    public sealed record ViewerAttached(SessionId SessionId) : ISessionReply;

    /// <summary>The session is not this user's.</summary>
    public sealed record ViewerRefused(SessionId SessionId) : ISessionReply;

    /// <summary>The session's journal cannot be opened (<see cref="Refusal.Unreadable"/>): there is nothing to watch.</summary>
    public sealed record SessionUnreadable(SessionId SessionId) : ISessionReply;

    /// <summary>Whose session is it?</summary>
    public sealed record GetOwnership(SessionId SessionId, UserId UserId) : ISessionQuery;

    /// <summary>Says whether the user owns the session; a foreign and an unknown one look the same.</summary>
    public sealed record Ownership(SessionId SessionId, bool Owned) : ISessionReply
    {
        /// <summary>It takes no more messages. So it is for everybody once it has been erased.</summary>
        public bool Ended { get; init; }

        /// <summary>It has ended not long ago, so that its owner may reopen it.</summary>
        public bool CanBeReopened { get; init; }
    }
}
