using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Node.Endpoints.Liveness;
using Microsoft.Extensions.Time.Testing;

namespace Chatbox.Tests.Unit.Endpoints.Liveness;

/// <summary>Which clients are pinged and given up, over a real connection, with a clock of the test. Protocol section 3, "Liveness".</summary>
public sealed class SocketLivenessTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly byte[] Ping = [0x89, 0x00];
    private static readonly byte[] EmptyText = [0x81, 0x80, 0, 0, 0, 0];

    private readonly FakeTimeProvider _clock = new();
    private readonly ConnectionOptions _options = new();
    private readonly SocketLiveness _liveness;
    private readonly TcpClient _client = new();
    private readonly TcpClient _accepted;
    private readonly TaskCompletionSource _givenUp = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SocketLivenessTests()
    {
        _liveness = new SocketLiveness(_options, _clock);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _client.Connect((IPEndPoint)listener.LocalEndpoint);
        _accepted = listener.AcceptTcpClient();
    }

    [Fact]
    public async Task Silent_client_gets_one_ping_and_is_given_up_when_it_does_not_answer()
    {
        using var server = Server();
        var read = server.ReceiveAsync(new byte[10], CancellationToken.None);
        Pass(_options.PingPeriod - Look);
        Assert.Equal(0, _client.Available);

        Pass(Look);
        Assert.Equal(Ping, await Receive(2));
        Pass(_options.PongWait - _options.PingPeriod - Look);
        Assert.False(_givenUp.Task.IsCompleted);
        Pass(Look);
        Assert.True(_givenUp.Task.IsCompleted);
        Assert.Equal(0, _client.Available);
        Assert.False(read.IsCompleted);
    }

    [Fact]
    public async Task Client_that_is_heard_stays_and_is_pinged_again()
    {
        using var server = Server();
        for (var n = 0; n < 3; n++)
        {
            var read = server.ReceiveAsync(new byte[10], CancellationToken.None);
            Pass(_options.PingPeriod + Look);
            Assert.Equal(Ping, await Receive(2));
            await _client.GetStream().WriteAsync(EmptyText);
            await read.WaitAsync(Deadline);
        }

        Assert.False(_givenUp.Task.IsCompleted);
    }

    [Fact]
    public async Task Client_that_answers_no_ping_and_sends_something_else_stays()
    {
        using var server = Server();
        for (var n = 0; n < 20; n++)
        {
            var read = server.ReceiveAsync(new byte[10], CancellationToken.None);
            Pass(_options.PongWait - 3 * Look);
            await _client.GetStream().WriteAsync(EmptyText);
            await read.WaitAsync(Deadline);
        }

        Assert.False(_givenUp.Task.IsCompleted);
    }

    [Fact]
    public async Task Client_to_which_nobody_listens_gets_a_ping_and_is_not_taken_for_silent()
    {
        using var server = Server();

        Pass(_options.PongWait * 3);

        Assert.False(_givenUp.Task.IsCompleted);
        Assert.Equal(Ping, await Receive(2));
        Assert.Equal(0, _client.Available);
    }

    [Fact]
    public void Nobody_is_given_up_because_the_node_stood_still_or_its_clock_was_set()
    {
        using var server = Server();
        _ = server.ReceiveAsync(new byte[10], CancellationToken.None);
        Pass(_options.PingPeriod + Look);

        // Two looks in ten minutes: the node was paused, and has not read the pongs yet.
        _clock.Advance(TimeSpan.FromMinutes(5));
        _clock.Advance(TimeSpan.FromMinutes(5));

        Assert.False(_givenUp.Task.IsCompleted);
        Pass(_options.PongWait - _options.PingPeriod);
        Assert.True(_givenUp.Task.IsCompleted);
    }

    /// <summary>Paused in the second before the end of the wait: the pong came meanwhile, and is not read yet.</summary>
    [Fact]
    public void Look_after_a_pause_gives_nobody_up()
    {
        using var server = Server();
        _ = server.ReceiveAsync(new byte[10], CancellationToken.None);
        Pass(_options.PongWait - Look);

        _clock.Advance(TimeSpan.FromMinutes(5));

        Assert.False(_givenUp.Task.IsCompleted);
        Pass(Look);
        Assert.True(_givenUp.Task.IsCompleted);
    }

    [Fact]
    public async Task Client_that_was_heard_between_two_looks_is_pinged_by_the_first_look_after_the_wait()
    {
        using var server = Server();
        _clock.Advance(Look / 10);
        var read = server.ReceiveAsync(new byte[10], CancellationToken.None);
        await _client.GetStream().WriteAsync(EmptyText);
        await read.WaitAsync(Deadline);
        _ = server.ReceiveAsync(new byte[10], CancellationToken.None);
        _clock.Advance(Look * 0.9);

        Pass(_options.PingPeriod - Look);
        Assert.Equal(0, _client.Available);
        Pass(Look);
        Assert.Equal(Ping, await Receive(2));
    }

    [Theory]
    [InlineData(59_999.9999)]
    [InlineData(59_999.9998)]
    [InlineData(59_999)]
    public void Times_that_are_hardly_apart_are_looked_at_once_a_millisecond(double ping)
    {
        using var liveness = new SocketLiveness(new ConnectionOptions { PingPeriod = TimeSpan.FromMilliseconds(ping) }, _clock);
        using var server = liveness.Watch(_accepted.GetStream(), _givenUp.SetResult);

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.False(_givenUp.Task.IsCompleted);
    }

    [Fact]
    public void Client_that_sends_pings_and_takes_no_pong_is_read_no_further_and_given_up()
    {
        using var client = new PingingStream();
        using var server = Server(client);

        var read = server.ReceiveAsync(new byte[10], CancellationToken.None);

        Assert.Equal((1, 1), (client.Reads, client.Writes));
        Pass(_options.PingPeriod + _options.SlowReaderTimeout + _options.WriteWait - Look);
        Assert.False(_givenUp.Task.IsCompleted);
        Pass(Look);
        Assert.True(_givenUp.Task.IsCompleted);
        Assert.Equal((1, 1), (client.Reads, client.Writes));
        Assert.False(read.IsCompleted);
    }

    [Fact]
    public void Closed_socket_is_neither_pinged_nor_cut()
    {
        var server = Server();
        _ = server.ReceiveAsync(new byte[10], CancellationToken.None);
        Pass(_options.PingPeriod + Look);

        server.Dispose();
        Pass(_options.PongWait);

        Assert.False(_givenUp.Task.IsCompleted);
    }

    public void Dispose()
    {
        _liveness.Dispose();
        _client.Dispose();
        _accepted.Dispose();
    }

    private WebSocket Server(Stream? connection = null) =>
        WebSocket.CreateFromStream(
            _liveness.Watch(connection ?? _accepted.GetStream(), _givenUp.SetResult),
            new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = Timeout.InfiniteTimeSpan }
        );

    /// <summary>Lets time pass as a clock does: every look at the sockets happens at its own moment.</summary>
    private void Pass(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += Look)
            _clock.Advance(Look);
    }

    private async Task<byte[]> Receive(int count)
    {
        var bytes = new byte[count];
        await _client.GetStream().ReadExactlyAsync(bytes).AsTask().WaitAsync(Deadline);
        return bytes;
    }

    /// <summary>A client that sends pings as fast as they are read, and takes nothing.</summary>
    private sealed class PingingStream : MemoryStream
    {
        private static readonly byte[] MaskedPing = [0x89, 0x80, 0, 0, 0, 0];

        public int Reads { get; private set; }

        public int Writes { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Reads++;
            var count = Math.Min(buffer.Length, MaskedPing.Length);
            MaskedPing.AsSpan(0, count).CopyTo(buffer.Span);
            return ValueTask.FromResult(count);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Writes++;
            return new ValueTask(new TaskCompletionSource().Task);
        }
    }
}
