using Akka.Actor;
using Chatbox.Actors.Sessions.Viewers;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using static Chatbox.Actors.Sessions.Viewers.RestingViewers;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Connections.Binding;

/// <summary>
/// A client's position in its session, from which a new incarnation of the session continues on this node or another one. Only frames of
/// the attached incarnation move the position.
/// </summary>
/// <param name="sessions">The session region.</param>
/// <param name="lastSeq">The last item that the client has; null for a client that only wants what follows.</param>
/// <param name="partial">How much of a running answer the client has.</param>
/// <param name="legacy">The client is a legacy page, which is sent its position in the session id (<see cref="PlacedSessionId"/>).</param>
public sealed class SessionCursor(IActorRef sessions, UserId user, long? lastSeq, AnswerPosition? partial, bool legacy = false)
{
    /// <summary>The client is an admin's, and the session another user's.</summary>
    public bool AsAdmin { get; init; }

    /// <summary>The viewers of this node that stay while their session rests.</summary>
    public RestingViewers Resting { get; init; } = new();

    private SessionId _session;
    private CommandId? _unanswered;
    private IActorRef _attached = ActorRefs.Nobody;
    private long? _lastSeq = lastSeq;
    private AnswerPosition? _partial = partial;
    private int _attachment;

    /// <summary>Attaches to a session. Frames of another session, or of an earlier incarnation, are ignored from now on.</summary>
    /// <param name="unanswered">A command of the client that has no reply yet.</param>
    /// <param name="self">The viewer.</param>
    public void AttachTo(SessionId session, CommandId? unanswered, IActorRef self)
    {
        // A position in one session says nothing about another.
        if (_attachment > 0 && session != _session)
        {
            Detach(self);
            (_lastSeq, _partial) = (null, null);
        }

        Resting.Leave(session, self);

        (_session, _unanswered, _attached) = (session, unanswered, ActorRefs.Nobody);
        _attachment++;
        Attach(self);
    }

    /// <summary>Asks again if the session has not confirmed the attachment; false if there is nothing to ask.</summary>
    public bool RepeatIfUnanswered(IActorRef self)
    {
        if (!_attached.IsNobody() || _attachment == 0)
            return false;
        Attach(self);
        return true;
    }

    /// <summary>
    /// A session has confirmed an attachment; true if it is the one that the viewer waits for. A session that the viewer has left is told so.
    /// </summary>
    /// <remarks>
    /// A repetition can arrive after the session has moved. The new incarnation then sends from the position of that time, which the viewer
    /// has passed: its confirmation is ignored, and its frames with it, until the viewer attaches to it anew.
    /// </remarks>
    public bool Attached(ViewerAttached reply, IActorRef session, IActorRef self)
    {
        if (reply.SessionId != _session)
        {
            session.Tell(new DetachViewer(reply.SessionId), self);
            return false;
        }

        if (!_attached.IsNobody() || reply.Attachment is not 0 && reply.Attachment != _attachment)
            return false;
        _attached = session;
        return true;
    }

    /// <summary>
    /// The session has woken after a rest; true if the viewer stayed with it under this attachment. The viewer has had every frame that the
    /// last incarnation sent, so the frames of the new one continue there.
    /// </summary>
    internal bool Resumed(ViewerResumed reply, IActorRef session, IActorRef self)
    {
        if (reply.SessionId != _session)
            session.Tell(new DetachViewer(reply.SessionId), self);
        else if (reply.Attachment == _attachment)
            _attached = session;
        return IsAttachedTo(session);
    }

    /// <summary>The session does not exist, so that there is nothing to ask again.</summary>
    public void Dismissed(ViewerDismissed reply, IActorRef session)
    {
        if (reply.SessionId == _session)
            _attached = session;
    }

    /// <summary>Whether the viewer looks at this session.</summary>
    public bool IsAt(SessionId session) => session == _session;

    /// <summary>Whether the viewer is attached to this incarnation of the session.</summary>
    public bool IsAttachedTo(IActorRef session) => _attached.Equals(session);

    /// <summary>Whether the frame is for the client; if it is, the position moves.</summary>
    public bool Accept(DeliverFrame frame, IActorRef session)
    {
        if (!IsAttachedTo(session))
            return false;
        if (frame.Reloads || frame.Seq > (_lastSeq ?? -1))
            _lastSeq = frame.Seq;
        _partial = frame.Partial;
        return true;
    }

    /// <summary>
    /// The frame as the client gets it. While an answer streams to a legacy page, the session id in the frame holds the page's position, with
    /// which the page connects again.
    /// </summary>
    public ReadOnlyMemory<byte> Place(ReadOnlyMemory<byte> frame) =>
        legacy && _partial is { } at ? new PlacedSessionId(_session, _lastSeq ?? 0, at).PutInto(frame) : frame;

    /// <summary>Tells the session how many bytes of its frames the socket has taken.</summary>
    public void Took(int bytes, IActorRef self) => _attached.Tell(new ViewerTookBytes(_session, bytes), self);

    /// <summary>Tells the session that the viewer is gone.</summary>
    public void Detach(IActorRef self)
    {
        Resting.Leave(_session, self);
        _attached.Tell(new DetachViewer(_session), self);
    }

    private void Attach(IActorRef self) =>
        sessions.Tell(
            new AttachViewer(_session, user, _attachment, _lastSeq, _partial, _unanswered) { Legacy = legacy, AsAdmin = AsAdmin },
            self
        );
}
