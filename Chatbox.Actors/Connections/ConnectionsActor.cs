using Akka.Actor;
using Chatbox.Actors.Dispatch;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Actors.Connections;

/// <summary>The parent of all connections of a node: starts one for each socket, and passes on what concerns all of them.</summary>
public sealed class ConnectionsActor : ReceiveActor, IWithTimers
{
    /// <summary>Pause between two connections of a node that drains, unless there are so many that it would take too long.</summary>
    private static readonly TimeSpan DrainPause = TimeSpan.FromMilliseconds(10);

    /// <summary>Time between two steps of a drain. A timer may be late by more, so the time that passed says how many go with a step.</summary>
    private static readonly TimeSpan DrainStep = TimeSpan.FromMilliseconds(50);

    private sealed record NextDrained : INoSerializationVerificationNeeded;

    private readonly Queue<IActorRef> _served = new();
    private readonly List<IActorRef> _drains = [];
    private bool _draining;
    private int _toDrain;
    private int _steps;
    private TimeSpan _drainTime;
    private long _drainBegan;

    public ConnectionsActor(ConnectionDependencies with)
    {
        Receive<OpenConnection>(request =>
        {
            // A new connection would not be told of the drain, and would delay the end of the node.
            if (_draining)
            {
                Sender.Tell(new ConnectionUnavailable());
                return;
            }

            var endpoint = Sender;
            Context.ActorOf(EntityProps.Of<ConnectionActor>(Context.System, request, endpoint, with));
        });
        Receive<AskForSlot>(request =>
            with.Users.Ask<IUserReply>(new GetSocketAllowance(request.UserId), with.Options.AskTimeout)
                .PipeTo(
                    Sender,
                    success: reply => reply is SocketRefused refused ? new ConnectionRefused(refused.Limit) : new SlotFree(),
                    failure: _ => new ConnectionUnavailable()
                )
        );
        Receive<TokensWithdrawn>(withdrawn =>
        {
            foreach (var connection in Context.GetChildren())
                connection.Tell(withdrawn);
        });
        Receive<DrainConnections>(drain =>
        {
            if (!_draining)
                Begin(with);
            _draining = true;
            _drains.Add(Sender);
            if (drain.AtOnce)
                _drainTime = TimeSpan.Zero;
            DrainNext(with);
        });
        Receive<NextDrained>(_ => DrainNext(with));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>
    /// Each connection is served until it is told to go, and those that come back elsewhere are spread over the whole time: nobody waits long
    /// without a socket, and the other nodes do not get all sockets in the same moment.
    /// </summary>
    private void Begin(ConnectionDependencies with)
    {
        foreach (var connection in Context.GetChildren())
            _served.Enqueue(connection);
        with.Metrics.SocketsDrained(_served.Count);
        _toDrain = _served.Count;
        _drainTime = _toDrain * DrainPause < with.DrainSpread ? _toDrain * DrainPause : with.DrainSpread;
        _drainBegan = with.Clock.GetTimestamp();
    }

    private void DrainNext(ConnectionDependencies with)
    {
        // Steps count too: a clock that a test has stopped must not keep the node from stopping.
        var (byClock, bySteps) = (with.Clock.GetElapsedTime(_drainBegan) + DrainStep, ++_steps * DrainStep);
        var passed = byClock > bySteps ? byClock : bySteps;
        var due = passed < _drainTime ? ((_toDrain * passed.Ticks) + _drainTime.Ticks - 1) / _drainTime.Ticks : _toDrain;
        while (_toDrain - _served.Count < due)
            _served.Dequeue().Tell(new DrainConnections());
        if (_served.Count > 0)
        {
            Timers.StartSingleTimer(nameof(NextDrained), new NextDrained(), DrainStep);
            return;
        }

        foreach (var drain in _drains)
            drain.Tell(new ConnectionsDrained());
        _drains.Clear();
    }

    // A connection that crashes is stopped with its socket: the client connects again and continues where it stands.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);
}
