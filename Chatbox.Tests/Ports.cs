using System.Net;
using System.Net.Sockets;

namespace Chatbox.Tests;

/// <summary>Ports of the loopback address.</summary>
internal static class Ports
{
    /// <summary>One that nobody listens on now, for a server of another process.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
