using System.Net;
using System.Net.Sockets;
using Chatbox.Node.Errors;

namespace Chatbox.Node;

/// <summary>Checks addresses on which a node listens.</summary>
internal static class ListenAddress
{
    /// <summary>
    /// Checks that an address is free before anything starts. The web server would listen last, when actors already use the store, and report a
    /// failure with long stack traces.
    /// </summary>
    /// <exception cref="StartupException">The address is in use or not available.</exception>
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
