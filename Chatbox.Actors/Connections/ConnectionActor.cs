using Akka.Actor;
using Chatbox.Actors.Connections.Binding;
using Chatbox.Actors.Connections.Commands;
using Chatbox.Actors.Connections.Phases;
using Chatbox.Actors.Connections.Tokens;
using Chatbox.Actors.Dispatch;
using Chatbox.Actors.Requests;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Connections;

/// <summary>
/// One socket: gets its slot from the user's actor, looks at one session for the client, and carries the client's commands there, one at a
/// time. <see cref="ConnectionState"/> decides; this actor holds the references and the timers, and carries the decisions out.
/// </summary>
internal sealed class ConnectionActor : UntypedActor, IWithTimers
{
    /// <summary>A user whose client does not repeat that they type has stopped. Protocol section 5.</summary>
    private static readonly TimeSpan TypingLasts = TimeSpan.FromSeconds(5);

    private sealed record TypingOver : INoSerializationVerificationNeeded;

    private sealed record AttachmentPauseOver : INoSerializationVerificationNeeded;

    private sealed record RefreshVerified(VerifiedToken? Token, ClientFrame.TokenRefresh Refresh) : INoSerializationVerificationNeeded;

    private static readonly MessageTable<ConnectionActor> Messages = new MessageTable<ConnectionActor>()
        // From the user's actor.
        .On<SocketAllowed>((connection, message) => connection.Handle(message))
        .On<SocketRefused>((connection, message) => connection.On(message))
        .On<SessionToUse>((connection, message) => connection.On(message))
        .On<CommandAdmitted>((connection, message) => connection.On(message))
        .On<CommandCounted>((connection, message) => connection.On(message))
        .On<SocketLimitReached>((connection, message) => connection.On(message))
        .On<SessionNamed>((connection, message) => connection.On(message))
        // From sessions and their gate.
        .On<Ownership>((connection, message) => connection.On(message))
        .On<CommandAccepted>((connection, message) => connection.On(message))
        .On<CommandRefused>((connection, message) => connection.On(message))
        .On<ViewerAttached>((connection, message) => connection.Handle(message))
        .On<ViewerDismissed>((connection, message) => connection.On(message))
        .On<ViewerRefused>((connection, message) => connection.On(message))
        .On<SessionUnreadable>((connection, message) => connection.On(message))
        // From the socket's actor.
        .On<SocketReady>((connection, message) => connection.Handle(message))
        .On<FrameArrived>((connection, message) => connection.Handle(message))
        .On<Greeted>((connection, message) => connection.On(message))
        .On<SocketGone>((connection, _) => Context.Stop(connection.Self))
        // Timers, watched actors, tokens, the end of the node.
        .On<RepeatedRequest.Due>((connection, message) => connection.Handle(message))
        .On<AttachmentPauseOver>((connection, message) => connection.Handle(message))
        .On<TypingOver>((connection, _) => connection.On(new ConnectionEvent.TypingTimedOut()))
        .On<TokenWatch.CheckDue>((connection, _) => connection.CheckToken())
        .On<Terminated>((connection, message) => connection.Handle(message))
        .On<TokensWithdrawn>((connection, message) => connection.Handle(message))
        .On<ConnectionEvent.FileClaimEnded>((connection, message) => connection.On(message))
        .On<RefreshVerified>((connection, message) => connection.Handle(message))
        .On<Status.Failure>((_, failed) => throw new InvalidOperationException("A token could not be checked.", failed.Cause))
        .On<DrainConnections>((connection, message) => connection.On(message))
        .On<ReceiveTimeout>((connection, _) => Context.Stop(connection.Self)); // the upgrade was refused or broke off

    private readonly OpenConnection _request;
    private readonly ConnectionDependencies _with;
    private readonly IActorRef _endpoint;
    private readonly RepeatedRequest _pending;
    private readonly UserRegistration _registration;
    private readonly SessionWatch _watch;
    private readonly TokenWatch _token;
    private readonly ClientOutput _client;
    private readonly Queue<ConnectionEffect> _effects = new();
    private ConnectionState _state;
    private bool _isCarryingOut;
    private long _openedAt;

    public ConnectionActor(OpenConnection request, IActorRef endpoint, ConnectionDependencies with)
    {
        var (options, clock) = (with.Options, with.Clock);
        (_request, _endpoint, _with) = (request, endpoint, with);
        _pending = new RepeatedRequest(this, options.AskTimeout, clock, options.CommandTimeout);
        var slot = new RepeatedRequest(this, options.AskTimeout, clock);
        _registration = new UserRegistration(Context, with.Users, request.UserId, slot);
        _watch = new SessionWatch(Context, clock, options.AskTimeout);
        _client = new ClientOutput(with);
        _token = new TokenWatch(this, request.UserId, new TokenLife(request.Token, request.TokenExpiresAt), with)
        {
            NeedsAdmin = request.Assists,
        };
        _state = ConnectionState.Start(
            request,
            frame =>
                request.Assists
                    ? AdminCommands.From(frame, request.UserId, request.Name, clock)
                    : ClientCommand.From(frame, request.UserId, clock)
        );
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void OnReceive(object message)
    {
        if (!Messages.Handle(this, message))
            Unhandled(message);
    }

    protected override void PreStart() => CarryOut(_state);

    protected override void PostStop()
    {
        if (_state.IsTyping)
            Show(new ConnectionEffect.ShowTyping(_state.Binding.Session, false));
        _state.Phase.Command?.Span.End("connection_closed");
        if (_openedAt != 0)
            _with.Metrics.SocketClosed(_with.Clock.GetElapsedTime(_openedAt));
    }

    private void Handle(SocketAllowed allowed)
    {
        _registration.Confirmed(Sender);
        On(allowed);
    }

    private void Handle(SocketReady ready)
    {
        _client.Viewer = Sender;
        _openedAt = _with.Clock.GetTimestamp();
        _with.Metrics.SocketOpened();
        SetReceiveTimeout(null);
        On(ready);
    }

    private void Handle(FrameArrived arrived)
    {
        _with.Metrics.FrameReceived();
        On(arrived);
    }

    private void Handle(ViewerAttached attached)
    {
        if (attached.SessionId == _state.Binding.Session)
            _watch.Attached(Sender);
    }

    private void Handle(Terminated terminated)
    {
        _registration.RenewIfLost(terminated.ActorRef);
        if (_watch.IsLost(terminated.ActorRef, () => _with.Resting.ShardOf(_state.Binding.Session, _client.Viewer)))
            On(new ConnectionEvent.SessionStopped());
    }

    private void Handle(RepeatedRequest.Due due)
    {
        var inTime = due.Request.Repeat();
        if (due.Request == _pending)
            On(inTime ? new ConnectionEvent.RequestRepeated() : new ConnectionEvent.RequestTimedOut());
    }

    private void Handle(AttachmentPauseOver _)
    {
        if (!_watch.IsWatching)
            On(new ConnectionEvent.AttachmentDue());
    }

    private void Handle(TokensWithdrawn withdrawn)
    {
        // Before the greeting a client can do nothing, and its token is checked then.
        if (_state.Phase.IsGreeted && withdrawn.Users.Contains(_request.UserId))
            CheckToken();
    }

    private void Handle(RefreshVerified verified)
    {
        if (!_state.IsClosing && _token.Replace(verified.Token, verified.Refresh) is { } news)
            On(news);
        On(new ConnectionEvent.TokenVerified());
    }

    private void CheckToken()
    {
        if (!_state.IsClosing && _token.Check() is { } news)
            On(news);
    }

    private void On(object message) => CarryOut(_state.On(message));

    /// <summary>Carries out the effects in their order; an effect that leads to further ones lets them wait for their turn.</summary>
    private void CarryOut(ConnectionState next)
    {
        _state = next;
        foreach (var effect in next.Effects)
            _effects.Enqueue(effect);
        if (_isCarryingOut)
            return;
        _isCarryingOut = true;
        while (_effects.TryDequeue(out var effect))
            CarryOut(effect);
        _isCarryingOut = false;
    }

    private void CarryOut(ConnectionEffect effect)
    {
        switch (effect)
        {
            case ConnectionEffect.Admit admit:
                Admit(admit);
                break;
            case ConnectionEffect.GiveUp giveUp:
                _endpoint.Tell(giveUp.Reply);
                Context.Stop(Self);
                break;
            case ConnectionEffect.ToClient output:
                _client.Send(output);
                break;
            case ConnectionEffect.FinishFrame:
                _client.Viewer.Tell(FrameHandled.Instance);
                break;
            case ConnectionEffect.Ask ask:
                Ask(ask);
                break;
            case ConnectionEffect.StopAsking:
                _pending.Answered();
                break;
            case ConnectionEffect.TellUser tell:
                _with.Users.Tell(tell.Command);
                break;
            case ConnectionEffect.Attach attach:
                _watch.Attaching();
                _client.Viewer.Tell(attach.Request);
                break;
            case ConnectionEffect.AttachAgain when _watch.NeedsPause():
                Timers.StartSingleTimer(nameof(AttachmentPauseOver), new AttachmentPauseOver(), _with.Options.AskTimeout);
                break;
            case ConnectionEffect.AttachAgain again:
                CarryOut(new ConnectionEffect.Attach(again.Request));
                break;
            case ConnectionEffect.LookAway:
                _watch.LookAway();
                break;
            case ConnectionEffect.ShowTyping typing:
                Show(typing);
                break;
            case ConnectionEffect.MarkSeen seen:
                Show(seen);
                break;
            case ConnectionEffect.EndCommand end:
                end.Command.Span?.SetTag("session.id", end.Session.Value).End(end.Error);
                break;
            case ConnectionEffect.CheckToken:
                CheckToken();
                break;
            case ConnectionEffect.VerifyToken { Refresh: var refresh }:
                _with.Tokens.Verify(refresh.Token).PipeTo(Self, success: token => new RefreshVerified(token, refresh));
                break;
            case ConnectionEffect.ClaimFiles claim:
                _with
                    .Files.Claim(_request.UserId, claim.Session, claim.Files)
                    .PipeTo(
                        Self,
                        success: files => new ConnectionEvent.FileClaimEnded(claim.Command, claim.Session, files.Files, files.Refusal)
                    );
                break;
            case ConnectionEffect.TakeEarlyFrame early:
                On(early.Arrived);
                break;
            default:
                throw new InvalidOperationException($"Nothing carries out {effect.GetType().Name}.");
        }
    }

    private void Admit(ConnectionEffect.Admit admit)
    {
        var cursor = _request.CursorIn(admit.Session, _with.Sessions, _with.Resting);
        _endpoint.Tell(new ConnectionOpened(Self) { Cursor = cursor, NamedForeign = admit.NamedForeign });
        SetReceiveTimeout(_with.Options.CommandTimeout);
    }

    private void Ask(ConnectionEffect.Ask ask)
    {
        // A request to attach has no deadline here: the socket must look at the session that this actor believes it looks at.
        var since = ask.Since ?? _with.Clock.GetTimestamp();
        if (ask is not ConnectionEffect.AskToAttach && _pending.IsOverdue(since))
        {
            _pending.Answered();
            On(new ConnectionEvent.RequestTimedOut());
            return;
        }

        // A session knows its viewers, so a command comes from the viewer, and the reply goes to the socket first.
        var (target, sender) = ask switch
        {
            ConnectionEffect.AskUser => (_with.Users, Self),
            ConnectionEffect.AskGate => (_with.Gate, Self),
            ConnectionEffect.AskToAttach => (_client.Viewer, Self),
            ConnectionEffect.SendCommand => (_with.Sessions, _client.Viewer),
            _ => (_with.Sessions, Self),
        };
        _pending.Start(ask.Message, target, sender, since, ask.AtOnce);
    }

    private void Show(ConnectionEffect.ShowTyping typing)
    {
        if (typing.Typing)
            Timers.StartSingleTimer(nameof(TypingOver), new TypingOver(), TypingLasts);
        else
            Timers.Cancel(nameof(TypingOver));
        _with.Sessions.Tell(new ShowTyping(typing.Session, _request.UserId, typing.Typing) { AsAdmin = _request.Assists }, _client.Viewer);
    }

    private void Show(ConnectionEffect.MarkSeen seen)
    {
        var side = _request.Assists ? ConversationSide.Admin : ConversationSide.Owner;
        _with.Sessions.Tell(new MarkSeen(seen.Session, _request.UserId, side, seen.Seq), _client.Viewer);
    }
}
