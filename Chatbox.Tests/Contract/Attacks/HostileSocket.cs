using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Chatbox.Tests.Contract.Attacks;

/// <summary>A bare TCP connection to a node that can send any bytes.</summary>
internal sealed class HostileSocket : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>Opens a connection without sending anything.</summary>
    public static async Task<HostileSocket> Connect(Uri address)
    {
        var hostile = new HostileSocket();
        using var deadline = new CancellationTokenSource(Deadline);
        await hostile._socket.ConnectAsync(IPAddress.Loopback, address.Port, deadline.Token);
        return hostile;
    }

    /// <summary>Opens a connection and upgrades it to a WebSocket.</summary>
    public static async Task<HostileSocket> Upgrade(Uri address, string user)
    {
        var hostile = await Connect(address);
        Assert.StartsWith("HTTP/1.1 101", await hostile.AskForUpgrade(address, user));
        return hostile;
    }

    /// <summary>Sends an upgrade request and returns the head of the response.</summary>
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

    /// <summary>A frame after RFC 6455 section 5.2, masked with zeros.</summary>
    /// <param name="first">FIN, reserved bits and opcode.</param>
    public static byte[] Frame(byte first, ReadOnlySpan<byte> payload)
    {
        var header = Header(first, payload.Length);
        return [.. header, 0, 0, 0, 0, .. payload];
    }

    public static byte[] Text(string text) => Frame(0x81, Encoding.UTF8.GetBytes(text));

    /// <summary>The start of a masked frame, up to and including its length.</summary>
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

    /// <summary>Sends the bytes; returns true when the node has accepted all, and false when the node has closed the connection.</summary>
    /// <exception cref="OperationCanceledException">
    /// The node neither accepted the bytes nor closed the connection within half a minute.
    /// </exception>
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

    /// <summary>Sends the same bytes repeatedly, without reading, until the node closes the connection.</summary>
    /// <returns>Whether the node closed the connection before <paramref name="most"/> bytes were sent.</returns>
    public async Task<bool> Flood(ReadOnlyMemory<byte> bytes, long most)
    {
        for (var sent = 0L; sent < most; sent += bytes.Length)
            if (!await Send(bytes))
                return true;
        return false;
    }

    /// <summary>Reads until the node has closed the connection.</summary>
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
            // A reset ends the connection too.
        }
    }

    /// <summary>Resets the connection instead of closing it.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();
}
