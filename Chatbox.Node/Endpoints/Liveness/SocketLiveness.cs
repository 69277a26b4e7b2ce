using Chatbox.Actors.Connections.Protocol;

namespace Chatbox.Node.Endpoints.Liveness;

/// <summary>
/// Pings silent clients after <c>WS_PING_PERIOD</c> and gives up those that stay silent until <c>WS_PONG_WAIT</c>; protocol section 3,
/// "Liveness". One timer serves all sockets of the node: with one of each socket's own, as the WebSocket of .NET has, a node wakes up thousands
/// of times a second although nobody says a word. A client is never pinged or given up early, and at most a look late: there is one each second,
/// or four in the time between a ping and the end if that is shorter. A look touches only the sockets that can be due.
/// </summary>
internal sealed class SocketLiveness : IDisposable
{
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(1);

    private readonly ConnectionOptions _options;
    private readonly AwakeClock _clock;
    private readonly LookSchedule _schedule;
    private readonly TimeSpan _interval;
    private readonly ITimer _timer;

    public SocketLiveness(ConnectionOptions options, TimeProvider clock)
    {
        _options = options;
        _interval = IntervalOf(options);
        (_clock, _schedule) = (new AwakeClock(clock, _interval * 2), new LookSchedule(_interval));
        _timer = clock.CreateTimer(_ => Look(), null, _interval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Watches a socket until its transport is closed.</summary>
    /// <param name="abort">Cuts the connection. Called if the client is taken for gone, and never after the transport is closed.</param>
    /// <returns>The transport that the WebSocket must use.</returns>
    public Stream Watch(Stream bytes, Action abort)
    {
        var socket = new SocketTransport(bytes, abort, _schedule.Remove, _clock);
        _schedule.Add(socket, socket.Silence.NextLook(_options));
        return socket;
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>In whole milliseconds, as timers have it.</summary>
    private static TimeSpan IntervalOf(ConnectionOptions options)
    {
        var fine = TimeSpan.FromMilliseconds(Math.Max(1, Math.Floor((options.PongWait - options.PingPeriod).TotalMilliseconds / 4)));
        return fine < LongestInterval ? fine : LongestInterval;
    }

    private void Look()
    {
        var (now, stoodStill) = _clock.Tick();
        // What clients sent meanwhile is read until the next look.
        if (!stoodStill)
            foreach (var socket in _schedule.Take(now))
                Look(socket, now);
        _timer.Change(_interval, Timeout.InfiniteTimeSpan);
    }

    private void Look(SocketTransport socket, TimeSpan now)
    {
        var (sound, heardAt) = socket.Listen();
        (socket.Silence, var verdict) = socket.Silence.Look(now, sound, heardAt, _options);
        if (verdict == SilenceVerdict.GiveUp)
        {
            socket.Abort();
            return;
        }

        _schedule.Add(socket, socket.Silence.NextLook(_options));
        if (verdict == SilenceVerdict.Ping)
            _ = Ping(socket);
    }

    private static async Task Ping(SocketTransport transport)
    {
        try
        {
            await transport.SendPing(CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // The connection has ended meanwhile. Its reader notices by itself.
        }
    }
}
