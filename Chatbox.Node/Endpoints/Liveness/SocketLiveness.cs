using System.Collections.Concurrent;
using Chatbox.Actors.Connections.Protocol;

namespace Chatbox.Node.Endpoints.Liveness;

/// <summary>
/// Pings silent clients after <c>WS_PING_PERIOD</c> and gives up those that stay silent until <c>WS_PONG_WAIT</c>; protocol section 3,
/// "Liveness". One timer serves all sockets of the node: with one of each socket's own, as the WebSocket of .NET has, a node wakes up thousands
/// of times a second although nobody says a word. A client is never pinged or
/// given up early, and at most two looks late: there is one each second, or four in the time between a ping and the end if that is shorter.
/// </summary>
internal sealed class SocketLiveness : IDisposable
{
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<SocketTransport, byte> _sockets = new();
    private readonly ConnectionOptions _options;
    private readonly TimeProvider _clock;
    private readonly Action<SocketTransport> _forget;
    private readonly TimeSpan _interval;
    private readonly ITimer _timer;
    private long _lookedAt;
    private TimeSpan _now;

    public SocketLiveness(ConnectionOptions options, TimeProvider clock)
    {
        (_options, _clock) = (options, clock);
        _forget = transport => _sockets.TryRemove(transport, out _);
        var fine = (_options.PongWait - _options.PingPeriod) / 4;
        _interval = fine < LongestInterval ? fine : LongestInterval;
        _lookedAt = clock.GetTimestamp();
        _timer = clock.CreateTimer(_ => Look(), null, _interval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Watches a socket until its transport is closed.</summary>
    /// <param name="abort">Cuts the connection. Called if the client is taken for gone, and never after the transport is closed.</param>
    /// <returns>The transport that the WebSocket must use.</returns>
    public Stream Watch(Stream bytes, Action abort)
    {
        var transport = new SocketTransport(bytes, abort, _forget);
        _sockets[transport] = 0;
        return transport;
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        Tick();
        foreach (var (transport, _) in _sockets)
        {
            (transport.Silence, var verdict) = transport.Silence.Look(_now, transport.Listen(), _options);
            if (verdict == SilenceVerdict.Ping)
                _ = Ping(transport);
            else if (verdict == SilenceVerdict.GiveUp && _sockets.TryRemove(transport, out _))
                transport.Abort();
        }

        _timer.Change(_interval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// Moves the clock of the looks. It is behind the real one by the time in which the node stood still, such as a paused process:
    /// what clients sent meanwhile is not read yet, and they must not all be taken for gone.
    /// </summary>
    private void Tick()
    {
        var looksAt = _clock.GetTimestamp();
        var passed = _clock.GetElapsedTime(_lookedAt, looksAt);
        _now += passed < _interval * 2 ? passed : _interval * 2;
        _lookedAt = looksAt;
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
