using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Chatbox.Node.Start.Rehearsals;

/// <summary>A provider in this process, which answers every request on its own address with the same events. It ends with its disposal.</summary>
internal sealed class SampleProvider : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly byte[] _response;
    private readonly Task _serving;

    /// <param name="events">The body of each response, as server-sent events.</param>
    /// <exception cref="SocketException">This process may not listen on the loopback address.</exception>
    public SampleProvider(string events)
    {
        var length = Encoding.UTF8.GetByteCount(events).ToString("x", CultureInfo.InvariantCulture);
        _response = Encoding.UTF8.GetBytes(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                + $"{length}\r\n{events}\r\n0\r\n\r\n"
        );
        _listener.Start();
        Address = new Uri($"http://{_listener.LocalEndpoint}/v1");
        _serving = Serve();
    }

    /// <summary>The endpoint to configure.</summary>
    public Uri Address { get; }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task Serve()
    {
        var buffer = new byte[4096];
        while (true)
        {
            using var socket = await _listener.AcceptSocketAsync(_end.Token);
            if (await socket.ReceiveAsync(buffer, _end.Token) == 0)
                continue;
            await socket.SendAsync(_response, _end.Token);
            socket.Shutdown(SocketShutdown.Send);

            // Closing with something unread would reset the connection before the response is read.
            while (await socket.ReceiveAsync(buffer, _end.Token) > 0) { }
        }
    }
}
