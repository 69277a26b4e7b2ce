using System.Net;
using System.Net.Sockets;

namespace Chatbox.Tests.Harness;

/// <summary>Ports of the loopback address.</summary>
internal static class Ports
{
    /// <summary>Below those that the system gives to outgoing connections: one of these could take a port from a server that starts again.</summary>
    private const int First = 10_000;

    private const int End = 32_768;

    private static int _last = Random.Shared.Next(First, End);

    /// <summary>One that nobody listens on now, for a server of another process; each is given once.</summary>
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
                // Somebody else's: the next one.
            }
        }
    }
}
