using Akka.Actor;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Connections.Binding;

/// <summary>
/// Where the client stands in its session: what a new life of the session, here or on another node, goes on from. Only the frames of
/// the one attached session move it.
/// </summary>
/// <param name="legacy">The client is a page of the replaced service (<see cref="PlacedSessionId"/>).</param>
public sealed class SessionCursor(IActorRef sessions, UserId user, long? lastSeq, AnswerPosition? partial, bool legacy = false)
{
    private SessionId _session;
    private CommandId? _unanswered;
    private IActorRef _attached = ActorRefs.Nobody;
    private long? _lastSeq = lastSeq;
    private AnswerPosition? _partial = partial;
    private int _attachment;

    /// <summary>Where a client stands that has just connected.</summary>
    /// <param name="session">The session that the socket gets.</param>
    /// <param name="sessions">The session region.</param>
    public static SessionCursor Of(ConnectionProtocol.OpenConnection request, SessionId session, IActorRef sessions)
    {
        // A position in one session says nothing about another. But a legacy page may still show an answer of the session that it named, which
        // the other session has to close for the page.
        var isNamed = request.SessionId is not { } named || named == session;
        var partial = isNamed || request.Legacy ? request.Partial : null;
        return new SessionCursor(sessions, request.UserId, isNamed ? request.LastSeq : null, partial, request.Legacy);
    }

    /// <summary>Attaches to a session; an earlier one, or an earlier life of it, is no longer listened to.</summary>
    public void AttachTo(SessionId session, CommandId? unanswered, IActorRef self)
    {
        // A position in one session says nothing about another.
        if (_attachment > 0 && session != _session)
        {
            Detach(self);
            (_lastSeq, _partial) = (null, null);
        }

        (_session, _unanswered, _attached) = (session, unanswered, ActorRefs.Nobody);
        _attachment++;
        Attach(self);
    }

    /// <summary>Asks again if the session has not answered yet.</summary>
    public bool RepeatIfUnanswered(IActorRef self)
    {
        if (!_attached.IsNobody() || _attachment == 0)
            return false;
        Attach(self);
        return true;
    }

    /// <summary>A session has answered; an earlier one is told that nobody looks any more.</summary>
    public void Attached(ViewerAttached reply, IActorRef session, IActorRef self)
    {
        if (reply.SessionId == _session)
            _attached = session;
        else
            session.Tell(new DetachViewer(reply.SessionId), self);
    }

    /// <summary>There is nothing to look at there, so nothing to ask again.</summary>
    public void Dismissed(ViewerDismissed reply, IActorRef session)
    {
        if (reply.SessionId == _session)
            _attached = session;
    }

    /// <summary>Whether the client looks at this session.</summary>
    public bool IsAt(SessionId session) => session == _session;

    /// <summary>Whether this is the life of the session that sends us its frames.</summary>
    public bool IsAttachedTo(IActorRef session) => _attached.Equals(session);

    /// <summary>Whether the frame is for the client; moves on if it is.</summary>
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
    /// The frame as the client gets it: while an answer is on its way to a page of the replaced service, with the page's place in the
    /// session's id.
    /// </summary>
    public ReadOnlyMemory<byte> Place(ReadOnlyMemory<byte> frame) =>
        legacy && _partial is { } at ? new PlacedSessionId(_session, _lastSeq ?? 0, at).PutInto(frame) : frame;

    /// <summary>The socket has taken so much of the session's frames.</summary>
    public void Took(int bytes, IActorRef self) => _attached.Tell(new ViewerTookBytes(_session, bytes), self);

    public void Detach(IActorRef self) => _attached.Tell(new DetachViewer(_session), self);

    private void Attach(IActorRef self) =>
        sessions.Tell(new AttachViewer(_session, user, _attachment, _lastSeq, _partial, _unanswered) { Legacy = legacy }, self);
}
