using System.Net;
using System.Net.Sockets;

namespace Chatbox.Tests.Contract;

/// <summary>Between clients and a node: passes bytes on, and breaks each connection off after a number of bytes that chance has chosen.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly Uri _node;
    private readonly Random _random;
    private readonly int _fewest;
    private readonly int _most;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _connections = [];
    private Task _accepting = Task.CompletedTask;
    private int _cuts;

    private CuttingProxy(Uri node, int seed, int fewest, int most) =>
        (_node, _random, _fewest, _most) = (node, new Random(seed), fewest, most);

    public Uri Address { get; private set; } = null!;

    /// <summary>Connections broken off so far.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    /// <param name="fewest">Fewest bytes from the node that a connection lives for.</param>
    /// <param name="most">One more than the most.</param>
    public static CuttingProxy Start(Uri node, int seed, int fewest, int most)
    {
        var proxy = new CuttingProxy(node, seed, fewest, most);
        proxy._listener.Start();
        proxy.Address = new Uri($"http://127.0.0.1:{((IPEndPoint)proxy._listener.LocalEndpoint).Port}");
        proxy._accepting = proxy.Accept();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                _connections.Add(Pass(client, _random.Next(_fewest, _most)));
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task Pass(Socket client, int bytes)
    {
        using var node = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        using (client)
        {
            client.NoDelay = true;
            try
            {
                await node.ConnectAsync(_node.Host, _node.Port, ended.Token);
            }
            catch (SocketException)
            {
                return; // the node is down, and so is the way to it
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.WhenAny(Copy(client, node, int.MaxValue, ended.Token), Copy(node, client, bytes, ended.Token));
            await ended.CancelAsync();
            client.LingerState = node.LingerState = new LingerOption(enable: true, seconds: 0); // a reset, as of a network that is gone
        }
    }

    private async Task Copy(Socket from, Socket to, int most, CancellationToken cancellationToken)
    {
        var buffer = new byte[4_096];
        try
        {
            for (var left = most; left > 0; )
            {
                var read = await from.ReceiveAsync(buffer.AsMemory(0, Math.Min(buffer.Length, left)), cancellationToken);
                if (read == 0)
                    return;
                await to.SendAsync(buffer.AsMemory(0, read), cancellationToken);
                left -= read;
            }

            Interlocked.Increment(ref _cuts);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One of the two has gone.
        }
    }
}
