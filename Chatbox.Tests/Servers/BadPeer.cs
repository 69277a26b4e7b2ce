using System.Net;
using System.Net.Sockets;
using Chatbox.Node.Clustering.Links;

namespace Chatbox.Tests.Servers;

/// <summary>Listens where a node might, accepts every connection and ends it at once.</summary>
internal sealed class BadPeer : IDisposable
{
    private readonly TcpListener _listener;
    private int _accepted;

    /// <param name="aborts">Ends connections with a reset instead of an orderly close.</param>
    /// <param name="port">Where to listen; a free port unless given.</param>
    public BadPeer(bool aborts, int? port = null)
    {
        Address = new ClusterAddress("127.0.0.1", port ?? Ports.Free());
        _listener = new TcpListener(IPAddress.Loopback, Address.Port);
        _listener.Start();
        _ = AcceptAll(aborts);
    }

    public ClusterAddress Address { get; }

    /// <summary>Connections accepted so far.</summary>
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
            // Disposed.
        }
    }
}
