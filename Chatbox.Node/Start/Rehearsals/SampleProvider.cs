using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Chatbox.Node.Models.Providers;

namespace Chatbox.Node.Start.Rehearsals;

/// <summary>
/// A provider in this process, which answers every request with the same events. It listens on no port: a port could be the one that the
/// node is about to take. It ends with its disposal.
/// </summary>
internal sealed class SampleProvider : IAsyncDisposable
{
    /// <summary>The endpoint to configure. It leads nowhere; <see cref="CreateTransport"/> makes the connections.</summary>
    public static readonly Uri Address = new("http://rehearsal.invalid/v1");

    private readonly string _path = OperatingSystem.IsLinux()
        ? $"\0chatbox-rehearsal-{Guid.NewGuid():n}" // a name that is no file: the file system may be read-only
        : Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    private readonly Socket _listener = NewSocket();
    private readonly CancellationTokenSource _end = new();
    private readonly byte[] _response;
    private readonly Task _serving;

    /// <param name="events">The body of each response, as server-sent events.</param>
    /// <exception cref="SocketException">The system has no sockets within the machine.</exception>
    public SampleProvider(string events)
    {
        var length = Encoding.UTF8.GetByteCount(events).ToString("x", CultureInfo.InvariantCulture);
        _response = Encoding.UTF8.GetBytes(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                + $"{length}\r\n{events}\r\n0\r\n\r\n"
        );
        _listener.Bind(new UnixDomainSocketEndPoint(_path));
        _listener.Listen();
        _serving = Serve();
    }

    /// <summary>The transport of a model's client, which reaches nothing but this provider. The caller disposes of the transport.</summary>
    public SocketsHttpHandler CreateTransport()
    {
        var transport = ModelClients.CreateTransport();
        (transport.UseProxy, transport.ConnectCallback) = (false, (_, token) => Connect(token));
        return transport;
    }

    private async ValueTask<Stream> Connect(CancellationToken cancellationToken)
    {
        var socket = NewSocket();
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
        if (!OperatingSystem.IsLinux())
            File.Delete(_path);
    }

    private static Socket NewSocket() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    private async Task Serve()
    {
        var buffer = new byte[4096];
        while (true)
        {
            using var socket = await _listener.AcceptAsync(_end.Token);
            if (await socket.ReceiveAsync(buffer, _end.Token) == 0)
                continue;
            await socket.SendAsync(_response, _end.Token);
            socket.Shutdown(SocketShutdown.Send);

            // Closing with something unread would reset the connection before the response is read.
            while (await socket.ReceiveAsync(buffer, _end.Token) > 0) { }
        }
    }
}
