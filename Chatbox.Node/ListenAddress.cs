using System.Net;
using System.Net.Sockets;
using Chatbox.Node.Configuration;

namespace Chatbox.Node;

/// <summary>Where a node listens.</summary>
internal static class ListenAddress
{
    /// <summary>
    /// Finds out before anything starts: the web server would try the address last, when the actors already use the store, and report a
    /// failure as a page of stack traces.
    /// </summary>
    /// <exception cref="StartupException">Nobody can listen there now.</exception>
    public static void EnsureFree(ServerOptions server)
    {
        try
        {
            using var probe = new TcpListener(server.Host, server.Port);
            if (server.Host.Equals(IPAddress.IPv6Any))
                probe.Server.DualMode = true;
            probe.Start();
        }
        catch (SocketException e)
        {
            var key = e.SocketErrorCode == SocketError.AddressNotAvailable ? "SERVER_HOST" : "SERVER_PORT";
            throw new StartupException(key, $"cannot listen on {new IPEndPoint(server.Host, server.Port)}: {e.Message}", e);
        }
    }
}
