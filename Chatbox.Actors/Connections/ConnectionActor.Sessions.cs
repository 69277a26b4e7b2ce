using Akka.Actor;
using Chatbox.Actors.Connections.Binding;
using Chatbox.Actors.Connections.Commands;
using Chatbox.Messages;
using static Chatbox.Actors.Connections.ConnectionProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Connections;

/// <summary>Which session the socket looks at: at the upgrade, and when that session has ended or is gone. Protocol section 3, "Binding".</summary>
internal sealed partial class ConnectionActor
{
    private sealed record RegisterAgain : INoSerializationVerificationNeeded;

    private sealed record AttachAgain : INoSerializationVerificationNeeded;

    /// <summary>Most sessions that a socket remembers to have looked at.</summary>
    private const int MaxEarlier = 32;

    private readonly OpeningCourse _opening;

    /// <summary>The sessions that this socket looked at before, oldest first: a client may still name one of them.</summary>
    private readonly List<SessionId> _earlier = [];

    private IActorRef _user = ActorRefs.Nobody;
    private bool _namedForeign;
    private CommandCourse? _course;
    private Admission _admission;

    /// <summary>How the session ended that the socket is moved away from, if the client must be told.</summary>
    private Ending? _movedBecause;

    /// <summary>The session is no more, and the socket goes elsewhere once its command has its reply.</summary>
    private bool _dismissed;
    private long _attachedAt;
    private bool _hasJustReattached;

    private void Handle(SocketAllowed allowed)
    {
        if (_opening.On(allowed) is not { } step)
            return;
        _user = Sender;
        Carry(step);
    }

    private void Handle(Ownership ownership)
    {
        if (_pending?.Message is not (GetOwnership or ReopenSession) || !IsAsked(ownership.SessionId))
            return;
        _namedForeign |= ownership.SessionId == _request.SessionId && !ownership.Owned;
        Carry(_opening.On(ownership));
    }

    private void Opened(SessionToUse use)
    {
        if (_pending?.Message is ActivateSession or LeaveSession)
            Carry(_opening.On(use));
    }

    private bool IsAsked(SessionId session) => _pending?.Message is IWithSessionId asked && asked.SessionId == session;

    private void Carry(CourseStep step)
    {
        switch (step)
        {
            case CourseStep.AskUser ask:
                Ask(ask.Message, _with.Users);
                break;
            case CourseStep.AskSession { Message: GetOwnership query } when query.SessionId == _request.SessionId:
                Ask(query, _with.Gate);
                break;
            case CourseStep.AskSession ask:
                Ask(ask.Message, _with.Sessions);
                break;
            case CourseStep.SendCommand send:
                Ask(_command!.ForSession(send.Session, _admission, send.Permission), _with.Sessions);
                break;
            case CourseStep.Refuse refuse:
                _dismissed |= refuse.Leaves;
                Refuse(Refusal.Ended, null);
                break;
            case CourseStep.Follow follow when _socket.IsNobody():
                Bind(follow.Session);
                break;
            case CourseStep.Follow follow:
                _movedBecause = follow.Why;
                MoveTo(follow.Session);
                break;
        }
    }

    /// <summary>The stream does it: it alone knows which frames it has, and to the session it is the viewer.</summary>
    private void Attach()
    {
        _attachedAt = _with.Clock.GetTimestamp();
        _socket.Tell(new AttachTo(_sessionId, _command?.Id));
    }

    /// <summary>
    /// At once; but a session that fails each time as soon as somebody looks at it is not tried as fast as it fails. (Once is ordinary: a
    /// session that was about to leave memory.)
    /// </summary>
    private void Reattach()
    {
        var again = _with.Clock.GetElapsedTime(_attachedAt) < _with.Options.AskTimeout;
        if (again && _hasJustReattached)
            Timers.StartSingleTimer(nameof(AttachAgain), new AttachAgain(), _with.Options.AskTimeout);
        else
            Attach();
        _hasJustReattached = again;
    }

    private void AttachIfDetached()
    {
        if (_session.IsNobody() && _pending?.Message is not AttachTo)
            Attach();
    }

    private void Handle(ViewerAttached attached)
    {
        if (attached.SessionId != _sessionId)
            return;
        if (!_session.Equals(Sender))
        {
            Context.Unwatch(_session);
            _session = Sender;
            Context.Watch(_session);
        }
    }

    /// <summary>The client has the connection_status of its new session: now its command may have its effect there.</summary>
    private void Moved()
    {
        Answered();
        if (_movedBecause is { } ending)
            SendNotification(ConnectionTexts.Moved(ending), ConnectionTexts.MovedReason(ending));
        _movedBecause = null;
        GoOn();
    }

    /// <summary>With the frame that has come meanwhile, if there is one.</summary>
    private void GoOn()
    {
        if (_named is not null)
            AskWhoseNow();
        else if (_course is { } course)
            Carry(course.Begin(_sessionId));
    }

    private void Gone(IActorRef actor)
    {
        if (_user.Equals(actor))
        {
            // Whoever holds the user's places from now on knows nothing of this socket.
            _user = ActorRefs.Nobody;
            Timers.StartPeriodicTimer(nameof(RegisterAgain), new RegisterAgain(), _with.Options.AskTimeout);
            Register();
        }
        else if (_session.Equals(actor))
        {
            _session = ActorRefs.Nobody;
            if (_pending?.Message is not AttachTo)
                Reattach();
        }
    }

    private void Register() => _with.Users.Tell(new OpenSocket(_request.UserId));

    private void Registered()
    {
        Timers.Cancel(nameof(RegisterAgain));
        if (_user.Equals(Sender))
            return;
        Context.Unwatch(_user);
        _user = Sender;
        Context.Watch(_user);
    }

    private void Handle(ViewerDismissed dismissed)
    {
        if (dismissed.SessionId != _sessionId)
            return;

        // A command on its way there will be refused: the socket goes elsewhere with it, or after it.
        _dismissed = _pending?.Message is not AttachTo && (_command is not null || _pending is not null);
        if (!_dismissed)
            LeaveGone();
    }

    private void LeaveGone()
    {
        _dismissed = false;
        Ask(new LeaveSession(_request.UserId, _sessionId, _command?.Id), _with.Users);
    }

    private void Handle(SessionToUse use)
    {
        if (_pending?.Message is not LeaveSession || use.InsteadOf != _sessionId)
            return;
        if (_course is { } course)
            Carry(course.On(use, _sessionId));
        else if (use.SessionId != _sessionId)
            MoveTo(use.SessionId);
        else
        {
            Answered();
            GoOn();
        }
    }

    private void MoveTo(SessionId session)
    {
        if (_typing)
            ShowTyping(false);
        Context.Unwatch(_session);
        _earlier.Remove(_sessionId);
        _earlier.Add(_sessionId);
        if (_earlier.Count > MaxEarlier)
            _earlier.RemoveAt(0);
        (_session, _sessionId, _dismissed) = (ActorRefs.Nobody, session, false);
        Ask(new AttachTo(session, _command?.Id), _socket);
    }
}
