using System.Net;
using System.Net.Sockets;

namespace Chatbox.Tests.Harness;

/// <summary>Between clients and a node: passes bytes on, as well or badly as a kind of network does.</summary>
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

    /// <summary>Passes on what the node sends until this connection is to end.</summary>
    protected abstract Task PassToClient(Socket node, Socket client, CancellationToken cancellationToken);

    /// <summary>Passes on bytes as they come; returns when there are no more, or so many have been passed.</summary>
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
            // The test is over.
        }
    }

    private async Task Pass(Socket client)
    {
        // Small buffers: what this network holds back, the node has to notice.
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
                return; // the node is down, and so is the way to it
            }

            await Task.WhenAny(
                UntilOneHasGone(Copy(client, node, int.MaxValue, ended.Token)),
                UntilOneHasGone(PassToClient(node, client, ended.Token))
            );
            await ended.CancelAsync();
            client.LingerState = node.LingerState = new LingerOption(enable: true, seconds: 0); // a reset, as of a network that is gone
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
            // One of the two has gone.
        }
    }
}
