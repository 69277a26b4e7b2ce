using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Chatbox.Node.Endpoints.Liveness;

namespace Chatbox.Tests.Unit.Endpoints.Liveness;

/// <summary>Pings between the frames of a WebSocket, over a real connection.</summary>
public sealed class SocketTransportTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly byte[] Ping = [0x89, 0x00];

    private readonly TcpClient _client = new();
    private readonly TcpClient _accepted;
    private int _aborts;
    private int _closed;

    public SocketTransportTests()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _client.Connect((IPEndPoint)listener.LocalEndpoint);
        _accepted = listener.AcceptTcpClient();
    }

    /// <summary>A ping within a frame would change the content, or break the WebSocket.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Pings_stand_between_the_frames_whatever_their_size(bool compressed, bool fragmented)
    {
        var compression = compressed ? new WebSocketDeflateOptions() : null;
        var transport = Transport();
        using var server = WebSocket.CreateFromStream(
            transport,
            new WebSocketCreationOptions { IsServer = true, DangerousDeflateOptions = compression }
        );
        using var client = WebSocket.CreateFromStream(
            _client.GetStream(),
            new WebSocketCreationOptions { DangerousDeflateOptions = compression }
        );
        var sizes = Enumerable.Range(0, 60).Select(n => n * n * 60).ToList();
        var reading = server.ReceiveAsync(new byte[1], CancellationToken.None); // the client's pongs
        var sending = Task.Run(async () =>
        {
            foreach (var size in sizes)
            {
                var content = Content(size);
                var half = fragmented ? size / 2 : 0;
                if (fragmented)
                    await AmongPings(transport, server.SendAsync(content.AsMemory(0, half), WebSocketMessageType.Binary, false, default));
                await AmongPings(transport, server.SendAsync(content.AsMemory(half), WebSocketMessageType.Binary, true, default));
            }

            await AmongPings(transport, new ValueTask(server.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default)));
        });

        var buffer = new byte[sizes[^1] + 1];
        foreach (var size in sizes)
        {
            var length = 0;
            for (var end = false; !end; )
            {
                var part = await client.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None).AsTask().WaitAsync(Deadline);
                (length, end) = (length + part.Count, part.EndOfMessage);
            }

            Assert.Equal(Content(size), buffer[..length]);
        }

        Assert.Equal(WebSocketMessageType.Close, (await client.ReceiveAsync(buffer, CancellationToken.None)).MessageType);
        await sending.WaitAsync(Deadline);
        await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        Assert.Equal(WebSocketMessageType.Close, (await reading.WaitAsync(Deadline)).MessageType);
    }

    [Fact]
    public async Task Nothing_follows_the_frame_that_closes()
    {
        var transport = Transport();
        using var server = WebSocket.CreateFromStream(transport, new WebSocketCreationOptions { IsServer = true });
        await transport.SendPing(CancellationToken.None);
        await server.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        await transport.SendPing(CancellationToken.None);
        _accepted.Client.Shutdown(SocketShutdown.Send);

        using var received = new MemoryStream();
        await _client.GetStream().CopyToAsync(received).WaitAsync(Deadline);

        Assert.Equal([.. Ping, 0x88, 0x02, 0x03, 0xE8], received.ToArray());
    }

    [Fact]
    public async Task Ping_that_waits_behind_a_frame_is_sent_once_and_after_it_and_proves_no_silence()
    {
        var transport = Transport();
        var read = transport.ReadAsync(new byte[1]);
        Assert.Equal(Sound.Silence, transport.Listen().Sound);
        var frame = new byte[50_000_000]; // more than fits into the buffers of both sides
        var write = transport.WriteAsync(frame).AsTask();
        var ping = transport.SendPing(CancellationToken.None);
        Assert.False(ping.IsCompleted);
        await transport.SendPing(CancellationToken.None).WaitAsync(Deadline);

        Assert.Equal(Sound.Blocked, transport.Listen().Sound);
        Assert.Equal(frame, await Receive(frame.Length));
        Assert.Equal(Ping, await Receive(2));
        await write.WaitAsync(Deadline);
        await ping.WaitAsync(Deadline);
        Assert.Equal(Sound.Silence, transport.Listen().Sound);
        await _client.GetStream().WriteAsync(new byte[1]);
        await read.AsTask().WaitAsync(Deadline);
        Assert.Equal(Sound.Heard, transport.Listen().Sound);
        Assert.Equal(Sound.Unheard, transport.Listen().Sound);
        Assert.Equal(0, _client.Available);
    }

    [Fact]
    public async Task Failed_write_does_not_keep_the_next_one_waiting()
    {
        var transport = Transport();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        for (var n = 0; n < 2; n++)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => transport.WriteAsync(new byte[1], cancelled.Token).AsTask());
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => transport.SendPing(cancelled.Token));
        }

        await transport.WriteAsync(new byte[] { 1 }).AsTask().WaitAsync(Deadline);
        await transport.SendPing(CancellationToken.None).WaitAsync(Deadline);
        Assert.Equal([1, .. Ping], await Receive(3));
    }

    [Fact]
    public async Task Closed_connection_ends_a_ping_that_waits_and_is_not_cut_any_more()
    {
        var transport = Transport();
        var write = transport.WriteAsync(new byte[50_000_000]).AsTask();
        var ping = transport.SendPing(CancellationToken.None);
        transport.Abort();

        await transport.DisposeAsync();
        transport.Abort();

        Assert.Equal((1, 1), (_aborts, _closed));
        await Assert.ThrowsAnyAsync<Exception>(() => write.WaitAsync(Deadline));
        await Assert.ThrowsAnyAsync<Exception>(() => ping.WaitAsync(Deadline));
    }

    public void Dispose()
    {
        _client.Dispose();
        _accepted.Dispose();
    }

    private SocketTransport Transport() =>
        new(_accepted.GetStream(), () => _aborts++, _ => _closed++, new AwakeClock(TimeProvider.System, Deadline));

    private static async Task AmongPings(SocketTransport transport, ValueTask write)
    {
        for (var n = 0; n < 3; n++)
            await transport.SendPing(CancellationToken.None);
        await write;
        await transport.SendPing(CancellationToken.None);
    }

    private async Task<byte[]> Receive(int count)
    {
        var bytes = new byte[count];
        await _client.GetStream().ReadExactlyAsync(bytes).AsTask().WaitAsync(Deadline);
        return bytes;
    }

    private static byte[] Content(int size)
    {
        var content = new byte[size];
        new Random(size).NextBytes(content);
        return content;
    }
}
