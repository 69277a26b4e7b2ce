using System.Net;
using System.Net.Sockets;
using Chatbox.Node.Clustering.Links;

namespace Chatbox.Tests.Servers;

/// <summary>Listens like a node, accepts every connection and closes it at once.</summary>
internal sealed class BadPeer : IDisposable
{
    private readonly TcpListener _listener;
    private int _accepted;

    /// <param name="aborts">Closes connections with a reset instead of an orderly end.</param>
    /// <param name="port">The port to listen on; a free port by default.</param>
    public BadPeer(bool aborts, int? port = null)
    {
        Address = new ClusterAddress("127.0.0.1", port ?? Ports.Free());
        _listener = new TcpListener(IPAddress.Loopback, Address.Port);
        _listener.Start();
        _ = AcceptAll(aborts);
    }

    public ClusterAddress Address { get; }

    /// <summary>The number of connections accepted so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAll(bool aborts)
    {
        try
        {
            while (true)
            {
                using var socket = await _listener.AcceptSocketAsync();
                if (aborts)
                    socket.LingerState = new LingerOption(true, 0);
                Interlocked.Increment(ref _accepted);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The listener has been disposed of.
        }
    }
}
