using System.Net;
using System.Net.Sockets;

namespace Chatbox.Tests.Harness;

/// <summary>A TCP proxy between clients and a node that imitates a kind of network.</summary>
internal abstract class LoopbackProxy : IAsyncDisposable
{
    private readonly Uri _node;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _connections = [];
    private readonly Task _accepting;

    protected LoopbackProxy(Uri node)
    {
        _node = node;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepting = Accept();
    }

    public Uri Address { get; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    /// <summary>Transfers the node's bytes to the client until this connection should end.</summary>
    protected abstract Task PassToClient(Socket node, Socket client, CancellationToken cancellationToken);

    /// <summary>Transfers bytes as they arrive. Returns at the end of the stream, or after <paramref name="most"/> bytes.</summary>
    protected static async Task Copy(Socket from, Socket to, int most, CancellationToken cancellationToken)
    {
        var buffer = new byte[4_096];
        for (var left = most; left > 0; )
        {
            var read = await from.ReceiveAsync(buffer.AsMemory(0, Math.Min(buffer.Length, left)), cancellationToken);
            if (read == 0)
                return;
            await to.SendAsync(buffer.AsMemory(0, read), cancellationToken);
            left -= read;
        }
    }

    private async Task Accept()
    {
        try
        {
            while (true)
                _connections.Add(Pass(await _listener.AcceptSocketAsync(_stop.Token)));
        }
        catch (OperationCanceledException)
        {
            // The test has ended.
        }
    }

    private async Task Pass(Socket client)
    {
        // Small buffers make the node notice at once when the proxy holds bytes back.
        using var node = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveBufferSize = 4_096,
        };
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        using (client)
        {
            client.NoDelay = true;
            try
            {
                await node.ConnectAsync(_node.Host, _node.Port, ended.Token);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                return; // the node is down, so the connection is refused too
            }

            await Task.WhenAny(
                UntilOneHasGone(Copy(client, node, int.MaxValue, ended.Token)),
                UntilOneHasGone(PassToClient(node, client, ended.Token))
            );
            await ended.CancelAsync();
            client.LingerState = node.LingerState = new LingerOption(enable: true, seconds: 0); // reset the connection, as a lost network does
        }
    }

    private static async Task UntilOneHasGone(Task passing)
    {
        try
        {
            await passing;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One of the two sides has closed the connection.
        }
    }
}
