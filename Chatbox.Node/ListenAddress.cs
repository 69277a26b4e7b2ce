using System.Net;
using System.Net.Sockets;
using Chatbox.Node.Errors;

namespace Chatbox.Node;

/// <summary>Where a node listens.</summary>
internal static class ListenAddress
{
    /// <summary>
    /// Finds out before anything starts: the web server would try the address last, when the actors already use the store, and report a
    /// failure as a page of stack traces.
    /// </summary>
    /// <exception cref="StartupException">Nobody can listen there now.</exception>
    public static void EnsureFree(IPAddress host, int port, string hostKey, string portKey)
    {
        try
        {
            using var probe = new TcpListener(host, port);
            if (host.Equals(IPAddress.IPv6Any))
                probe.Server.DualMode = true;
            probe.Start();
        }
        catch (SocketException e)
        {
            var key = e.SocketErrorCode == SocketError.AddressNotAvailable ? hostKey : portKey;
            throw new StartupException(key, $"cannot listen on {new IPEndPoint(host, port)}: {e.Message}", e);
        }
    }
}
