using System.Net;
using System.Net.Sockets;

namespace Chatbox.Tests.Harness;

/// <summary>Assigns ports of the loopback address.</summary>
internal static class Ports
{
    /// <summary>
    /// The system gives higher ports to outgoing connections, which could then occupy the port of a server that restarts.
    /// </summary>
    private const int First = 10_000;

    private const int End = 32_768;

    private static int _last = Random.Shared.Next(First, End);

    /// <summary>A port on which nothing listens, for a server in another process. Each port is returned only once.</summary>
    public static int Free()
    {
        while (true)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _last) % (End - First));
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse)
            {
                // The port is in use by another process; try the next one.
            }
        }
    }
}
