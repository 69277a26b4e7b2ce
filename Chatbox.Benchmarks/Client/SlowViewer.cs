using System.Net.Sockets;
using System.Text;

namespace Chatbox.Benchmarks.Client;

/// <summary>
/// Watches a session over a bad network: reads a limited number of bytes per second, or nothing. The server closes such a socket after a
/// while. The viewer reconnects every two minutes, so that one viewer is always behind.
/// </summary>
/// <param name="bytesPerSecond">The rate of reading; 0 for a viewer that reads nothing.</param>
internal sealed class SlowViewer(Uri server, string? bearer, int bytesPerSecond, TimeProvider clock)
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(2);

    public async Task Run(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            using var life = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            life.CancelAfter(Life);
            try
            {
                await Watch(life.Token);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // The server closed the socket, or the two minutes are over.
            }
        }
    }

    private async Task Watch(CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4_096 };
        await socket.ConnectAsync(server.Host, server.Port, cancellationToken);
        var upgrade =
            $"GET {server.PathAndQuery} HTTP/1.1\r\nHost: {server.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: chatbox.v1\r\n"
            + $"Authorization: Bearer {bearer}\r\n\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(upgrade), cancellationToken);
        using var ticks = new PeriodicTimer(Tick, clock);
        var buffer = new byte[Math.Max(1, bytesPerSecond)];
        while (await ticks.WaitForNextTickAsync(cancellationToken))
        {
            if (bytesPerSecond > 0 && await socket.ReceiveAsync(buffer, cancellationToken) == 0)
                await Task.Delay(Life, clock, cancellationToken);
        }
    }
}
