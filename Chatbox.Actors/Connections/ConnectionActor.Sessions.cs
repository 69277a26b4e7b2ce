using Akka.Actor;
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

    private IActorRef _user = ActorRefs.Nobody;
    private SocketAllowed? _allowed;
    private bool _moved;
    private bool _namedForeign;
    private bool _dismissed;
    private long _attachedAt;
    private bool _hasJustReattached;

    /// <summary>The session the client has named if it is the user's own, else the one the user knows of.</summary>
    private void Handle(SocketAllowed allowed)
    {
        if (_allowed is not null)
            return;
        (_allowed, _user) = (allowed, Sender);
        if (_request.SessionId is { } named)
            Ask(new ReopenSession(named, _request.UserId), _with.Gate);
        else
            BindToActive(allowed);
    }

    /// <summary>The user learns late that its active session has ended: the session itself is asked.</summary>
    private void BindToActive(SocketAllowed allowed)
    {
        if (allowed.IsActive)
            Ask(new GetOwnership(allowed.SessionId, _request.UserId), _with.Sessions);
        else
            Bind(allowed.SessionId);
    }

    private void Handle(Ownership ownership)
    {
        switch (_pending?.Message)
        {
            case ReopenSession when !ownership.Owned:
                _namedForeign = true;
                BindToActive(_allowed!);
                break;
            case ReopenSession when ownership.Ended || (_allowed is { IsActive: true } known && known.SessionId == ownership.SessionId):
                Bind(ownership.SessionId);
                break;
            case ReopenSession:
                Ask(new ActivateSession(_request.UserId, ownership.SessionId), _with.Users);
                break;
            case GetOwnership when ownership.Ended:
                Ask(new LeaveSession(_request.UserId, ownership.SessionId, null), _with.Users);
                break;
            case GetOwnership:
                Bind(ownership.SessionId);
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

        // The client has its new connection_status: now its command may have its effect.
        if (_pending?.Message is not AttachTo)
            return;
        Answered();
        if (_command is { } command)
            Admit(command);
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

    /// <summary>A command that waits comes along; the user remembers that it has had no effect here.</summary>
    private void Leave() => Ask(new LeaveSession(_request.UserId, _sessionId, _command?.Id), _with.Users);

    private void Handle(ViewerDismissed dismissed)
    {
        if (dismissed.SessionId != _sessionId)
            return;

        // A command on its way there will be refused: the socket goes elsewhere with it, or after it.
        _dismissed = _pending?.Message is not AttachTo && (_command is not null || _pending is not null);
        if (_dismissed)
            return;
        _moved = _command is not null;
        Leave();
    }

    private void Handle(SessionToUse use)
    {
        if (use.InsteadOf == _sessionId && use.SessionId != _sessionId)
            MoveTo(use.SessionId);
    }

    private void MoveTo(SessionId session)
    {
        if (_typing)
            ShowTyping(false);
        Context.Unwatch(_session);
        (_session, _sessionId, _dismissed) = (ActorRefs.Nobody, session, false);
        Ask(new AttachTo(session, _command?.Id), _socket);
    }
}
