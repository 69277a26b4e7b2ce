using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Chatbox.Tests.Contract.Attacks;

/// <summary>A bare connection to a node that sends whatever it likes.</summary>
internal sealed class HostileSocket : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>A connection on which nothing has been said.</summary>
    public static async Task<HostileSocket> Connect(Uri address)
    {
        var hostile = new HostileSocket();
        using var deadline = new CancellationTokenSource(Deadline);
        await hostile._socket.ConnectAsync(IPAddress.Loopback, address.Port, deadline.Token);
        return hostile;
    }

    /// <summary>A connection that has been made a WebSocket.</summary>
    public static async Task<HostileSocket> Upgrade(Uri address, string user)
    {
        var hostile = await Connect(address);
        Assert.StartsWith("HTTP/1.1 101", await hostile.AskForUpgrade(address, user));
        return hostile;
    }

    /// <summary>Asks for a WebSocket; the head of the answer.</summary>
    public async Task<string> AskForUpgrade(Uri address, string user)
    {
        await Send(
            Encoding.ASCII.GetBytes(
                $"GET /chatbox/ws HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {TestNode.Token(user)}\r\n"
                    + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            )
        );
        var answer = "";
        var one = new byte[1];
        using var deadline = new CancellationTokenSource(Deadline);
        while (!answer.EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            Assert.Equal(1, await _socket.ReceiveAsync(one, deadline.Token));
            answer += (char)one[0];
        }

        return answer;
    }

    /// <summary>A frame as RFC 6455 section 5.2 has it, masked with zeros.</summary>
    /// <param name="first">FIN, reserved bits and opcode.</param>
    public static byte[] Frame(byte first, ReadOnlySpan<byte> payload)
    {
        var header = Header(first, payload.Length);
        return [.. header, 0, 0, 0, 0, .. payload];
    }

    public static byte[] Text(string text) => Frame(0x81, Encoding.UTF8.GetBytes(text));

    /// <summary>The beginning of a masked frame, up to its length.</summary>
    public static byte[] Header(byte first, long length)
    {
        if (length < 126)
            return [first, (byte)(0x80 | length)];
        if (length <= ushort.MaxValue)
            return [first, 0x80 | 126, (byte)(length >> 8), (byte)length];
        byte[] header = [first, 0x80 | 127, 0, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(2), length);
        return header;
    }

    /// <summary>Sends; true when the node has taken it all, false when it has ended the connection.</summary>
    /// <exception cref="OperationCanceledException">It neither took it nor ended the connection within half a minute.</exception>
    public async Task<bool> Send(ReadOnlyMemory<byte> bytes)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            while (!bytes.IsEmpty)
                bytes = bytes[await _socket.SendAsync(bytes, deadline.Token)..];
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Sends the same again and again and reads nothing, until the node ends it.</summary>
    /// <returns>Whether it did before <paramref name="most"/> bytes.</returns>
    public async Task<bool> Flood(ReadOnlyMemory<byte> bytes, long most)
    {
        for (var sent = 0L; sent < most; sent += bytes.Length)
            if (!await Send(bytes))
                return true;
        return false;
    }

    /// <summary>Reads until the node has ended the connection.</summary>
    public async Task UntilEnded()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var buffer = new byte[4096];
        try
        {
            while (await _socket.ReceiveAsync(buffer, deadline.Token) > 0) { }
        }
        catch (SocketException)
        {
            // Reset: ended, too.
        }
    }

    /// <summary>Goes with a reset instead of an end.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();
}
