using Akka.Actor;
using Chatbox.Actors.Connections.Binding;
using Chatbox.Actors.Connections.Commands;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using static Chatbox.Actors.Connections.ConnectionProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Connections;

/// <summary>
/// One socket: gets its place from the user, looks at one session for the client, and brings the client's commands there, one at a time
/// and each until it is answered. Re-attaches by itself, where its client stands, when the session has moved or started anew.
/// </summary>
internal sealed partial class ConnectionActor : ReceiveActor, IWithTimers
{
    /// <summary>Frames over a limit, one after the other, after which the socket is closed with 1008.</summary>
    private const int MaxFramesOverLimit = 10;

    /// <summary>Typing that is not heard of again has ended. Protocol section 5.</summary>
    private static readonly TimeSpan TypingLasts = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Between two notices of the connection limit. They come from other requests than this socket's, so nothing brakes them: without a
    /// pause, refused requests would fill the memory of a socket that does not read.
    /// </summary>
    private static readonly TimeSpan LimitNoticePause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Requests that follow on each other at once for one command; any further one waits for the time of a repetition. A command needs four
    /// or so. Should its user and its sessions ever disagree for long, they must not do so as fast as messages travel.
    /// </summary>
    private const int MaxRequestsAtOnce = 12;

    private sealed record Repeat : INoSerializationVerificationNeeded;

    private sealed record TypingOver : INoSerializationVerificationNeeded;

    private readonly OpenConnection _request;
    private readonly ConnectionDependencies _with;
    private readonly IActorRef _endpoint;
    private IActorRef _socket = ActorRefs.Nobody;
    private IActorRef _session = ActorRefs.Nobody;
    private SessionId _sessionId;
    private PendingRequest? _pending;
    private ClientCommand? _command;
    private long _commandAt;
    private FrameArrived? _early;
    private SocketLimitReached? _earlyLimit;
    private long? _limitNoticeAt;
    private bool _greeted;
    private bool _closing;
    private bool _typing;
    private int _framesOverLimit;
    private int _requests;
    private long _openedAt;

    public ConnectionActor(OpenConnection request, IActorRef endpoint, ConnectionDependencies with)
    {
        (_request, _endpoint, _with) = (request, endpoint, with);
        _opening = new OpeningCourse(request.UserId, request.SessionId, request.Opens);
        _tokenExpiresAt = request.TokenExpiresAt;
        Become(Opening);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Ask(new OpenSocket(_request.UserId), _with.Users);

    protected override void PostStop()
    {
        if (_typing)
            ShowTyping(false);
        _command?.Span.End("connection_closed");
        if (_openedAt != 0)
            _with.Metrics.SocketClosed(_with.Clock.GetElapsedTime(_openedAt));
    }

    private void Opening()
    {
        Receive<SocketAllowed>(Handle);
        Receive<SocketRefused>(refused => GiveUp(new ConnectionRefused(refused.Limit)));
        Receive<Ownership>(Handle);
        Receive<SessionToUse>(Opened);
        Receive<Repeat>(_ => RepeatOrElse(() => GiveUp(new ConnectionUnavailable())));
        Receive<SocketReady>(_ => Connect());
        Receive<ReceiveTimeout>(_ => Context.Stop(Self)); // the upgrade was refused or broke off
        Receive<TokensWithdrawn>(_ => { }); // looked at once the client is greeted
        Receive<DrainConnections>(_ => GiveUp(new ConnectionUnavailable()));
    }

    private void Connected()
    {
        Receive<FrameArrived>(Handle);
        Receive<Greeted>(Handle);

        Receive<CommandAdmitted>(Handle);
        Receive<CommandAccepted>(Handle);
        Receive<CommandRefused>(Handle);
        Receive<Repeat>(_ => RepeatOrElse(CommandTimedOut));

        Receive<ViewerAttached>(Handle);
        Receive<ViewerDismissed>(Handle);
        Receive<SessionToUse>(Handle);
        Receive<ViewerRefused>(refused => CloseUnlessMoved(refused.SessionId));
        Receive<Terminated>(gone => Gone(gone.ActorRef));
        Receive<RegisterAgain>(_ => Register());
        Receive<AttachAgain>(_ => AttachIfDetached());
        Receive<SessionUnreadable>(_ => CloseUnreadable());

        Receive<SocketLimitReached>(Handle);
        Receive<TypingOver>(_ => ShowTyping(false));
        Receive<TokenTimer>(_ => CheckToken());
        Receive<TokensWithdrawn>(Handle);
        Receive<RefreshVerified>(Handle);
        Receive<Status.Failure>(failed => throw new InvalidOperationException("A token could not be checked.", failed.Cause));
        Receive<DrainConnections>(_ => Drain());
        Receive<SocketGone>(_ => Context.Stop(Self));
        Receive<SocketAllowed>(_ => Registered());
        Receive<SocketRefused>(_ => Close(CloseCode.Policy, "Connection limit reached"));
        Receive<Ownership>(HandleNamed);
    }

    private void Bind(SessionId session)
    {
        _sessionId = session;
        Answered();

        // A position in one session says nothing about another.
        var isNamed = _request.SessionId is not { } named || named == session;
        var lastSeq = isNamed ? _request.LastSeq : null;

        // A page of the replaced service may still be showing an answer of the other session: this one must close it.
        var partial = isNamed || _request.Legacy ? _request.Partial : null;
        var cursor = new SessionCursor(_with.Sessions, _request.UserId, lastSeq, partial, _request.Legacy);
        _endpoint.Tell(new ConnectionOpened(Self) { Cursor = cursor, NamedForeign = _namedForeign });
        SetReceiveTimeout(_with.Options.CommandTimeout);
    }

    private void GiveUp(object reply)
    {
        _endpoint.Tell(reply);
        Context.Stop(Self);
    }

    private void Connect()
    {
        _socket = Sender;
        _openedAt = _with.Clock.GetTimestamp();
        _with.Metrics.SocketOpened();
        SetReceiveTimeout(null);
        Become(Connected);
        Context.Watch(_user);
        Attach();
    }

    private void CloseUnreadable()
    {
        SendError(ErrorCode.DatabaseError, ConnectionTexts.Unreadable, null, null, null);
        Close(CloseCode.ServerError, "Session cannot be read");
    }

    /// <summary>The client has its connection_status: now it may hear what had to wait behind it.</summary>
    private void Handle(Greeted greeted)
    {
        if (!_greeted)
            Greet();
        if (_pending?.Message is AttachTo attach && attach.SessionId == greeted.SessionId)
            Moved();
    }

    private void Greet()
    {
        _greeted = true;
        if (_earlyLimit is { } limit)
            Handle(limit);
        CheckToken();
        if (_early is { } early)
            Handle(early);
        (_early, _earlyLimit) = (null, null);
    }

    private void Handle(SocketLimitReached reached)
    {
        if (!_greeted)
        {
            _earlyLimit = reached;
            return;
        }

        if (_limitNoticeAt is { } last && _with.Clock.GetElapsedTime(last) < LimitNoticePause)
            return;
        _limitNoticeAt = _with.Clock.GetTimestamp();
        SendNotification(ConnectionTexts.ConnectionLimit(reached.Limit), "connection_limit");
    }

    private void Handle(FrameArrived arrived)
    {
        // Whatever a client says at once, connection_status is the first it hears.
        if (!_greeted)
        {
            _early = arrived;
            return;
        }

        _with.Metrics.FrameReceived();
        if (_closing)
        {
            // A client that does not read its good-bye must not go on: it may have lost the right to.
            Handled();
            return;
        }

        if (arrived.Refusal is { } refusal)
        {
            SendError(refusal.Code, refusal.Message, null, refusal.Field, refusal.Id);
            Handled();
            return;
        }

        Handle(arrived.Frame!);
    }

    private void Handle(ClientFrame received)
    {
        switch (received)
        {
            case ClientFrame.Ping:
                Send(ServerFrame.Pong);
                Handled();
                break;
            case not (ClientFrame.TokenRefresh or ClientFrame.NotOffered) when NamesAnother(received):
                AskWhose(received);
                break;
            case ClientFrame.TypingIndicator typing:
                ShowTyping(typing.Typing);
                Handled();
                break;
            case ClientFrame.TokenRefresh refresh:
                Refresh(refresh);
                break;
            case ClientFrame.NotOffered frame:
                SendError(ErrorCode.ServiceError, $"This server does not offer {frame.Type}.", null, "type", frame.Id);
                Handled();
                break;
            case var frame:
                _command = ClientCommand.From(frame, _request.UserId, _with.Clock.GetUtcNow());
                _commandAt = _with.Clock.GetTimestamp();
                _course = new CommandCourse(
                    new AdmitCommand(_request.UserId, _sessionId, _command.Id, _command.CountsAsMessage)
                    {
                        KeepsActive = _command.KeepsActive,
                        Attempt = _command.Attempt,
                    },
                    _command.MovesOn
                );

                // On its way to another session: the command follows once the socket is there.
                if (_pending?.Message is not (LeaveSession or AttachTo))
                    GoOn();
                break;
        }
    }

    private void CloseUnlessMoved(SessionId session)
    {
        if (session == _sessionId)
            Close(CloseCode.Policy, "Session not available");
    }

    private void Handled()
    {
        _requests = 0;
        _socket.Tell(FrameHandled.Instance);
    }

    /// <summary>Sharding delivers at most once: a request is repeated until it is answered, and its id keeps that harmless.</summary>
    private void Ask(object message, IActorRef target)
    {
        // A command has its time for all of its steps together.
        var askedAt = _command is null ? _with.Clock.GetTimestamp() : _commandAt;
        _pending = new PendingRequest(message, target, askedAt);
        if (message is not AttachTo && _with.Clock.GetElapsedTime(askedAt) >= _with.Options.CommandTimeout)
        {
            CommandTimedOut();
            return;
        }

        Timers.StartPeriodicTimer(nameof(Repeat), new Repeat(), _with.Options.AskTimeout);
        if (++_requests <= MaxRequestsAtOnce)
            Send(_pending);
    }

    /// <summary>A session knows its viewers: there, a command comes from the viewer, and so its reply goes by the stream.</summary>
    private void Send(PendingRequest request) =>
        request.Target.Tell(request.Message, request.Message is IIdentifiedCommand ? _socket : Self);

    private void Answered()
    {
        _pending = null;
        Timers.Cancel(nameof(Repeat));
    }

    private void RepeatOrElse(Action giveUp)
    {
        if (_pending is not { } pending)
            return;
        _pending = pending with { Repeated = true };
        if (_with.Clock.GetElapsedTime(pending.AskedAt) < _with.Options.CommandTimeout)
            Send(pending);
        else
            giveUp();
    }

    private void ShowTyping(bool typing)
    {
        _typing = typing;
        if (typing)
            Timers.StartSingleTimer(nameof(TypingOver), new TypingOver(), TypingLasts);
        else
            Timers.Cancel(nameof(TypingOver));
        _session.Tell(new ShowTyping(_sessionId, _request.UserId, typing), _socket);
    }

    private void Drain()
    {
        // Whoever has not been greeted yet hears it from the close alone.
        if (_greeted)
            SendReconnect();
        Close(CloseCode.GoingAway, "Server shutting down");
    }

    private void SendReconnect()
    {
        var wait = Random.Shared.Next(_with.ReconnectHintMilliseconds);
        SendNotification(
            ConnectionTexts.Draining,
            "reconnect",
            ("reconnect_after_ms", wait.ToString(System.Globalization.CultureInfo.InvariantCulture))
        );
    }

    private void SendError(string code, string message, TimeSpan? retryAfter, string? field, CommandId? id)
    {
        _with.Metrics.ErrorSent(code);
        Send(ConnectionFrames.Error(_sessionId, code, message, retryAfter, field, id, _with.Clock.GetUtcNow()));
    }

    private void SendNotification(string content, string reason, params (string Key, string Value)[] more) =>
        Send(ConnectionFrames.Notification(_sessionId, content, reason, _with.Clock.GetUtcNow(), more));

    private void Send(ReadOnlyMemory<byte> frame)
    {
        _socket.Tell(new SendFrame(frame));
        _with.Metrics.FramesSent(1);
    }

    private void Close(int code, string reason)
    {
        _closing = true;
        _socket.Tell(new CloseSocket(code, reason));
    }
}
