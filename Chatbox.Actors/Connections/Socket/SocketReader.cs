using System.Buffers;
using System.Net.WebSockets;
using Chatbox.Messages.Frames;
using static Chatbox.Actors.Connections.ConnectionProtocol;

namespace Chatbox.Actors.Connections.Socket;

/// <summary>What a read brought.</summary>
internal abstract record SocketInput
{
    /// <summary>A whole message, read as a frame.</summary>
    public sealed record Frame(FrameArrived Arrived) : SocketInput;

    /// <summary>A message that is not let in; the socket is to be closed with this code.</summary>
    public sealed record Refused(int Code, string Reason) : SocketInput;

    /// <summary>The peer closed, or has gone without a word.</summary>
    public sealed record PeerClosed : SocketInput;
}

/// <summary>
/// Reads whole messages. An idle socket holds no buffer: a read of zero bytes waits for something to come, and only then is a buffer
/// taken from the pool.
/// </summary>
internal sealed class SocketReader(WebSocket socket, ConnectionOptions options, TimeProvider clock)
{
    private const int FirstBuffer = 4_096;

    /// <summary>The next message, however long it takes to begin. Never throws.</summary>
    public async ValueTask<SocketInput> Read()
    {
        try
        {
            var first = await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None).ConfigureAwait(false);
            if (first.MessageType == WebSocketMessageType.Close)
                return new SocketInput.PeerClosed();
            return first.EndOfMessage ? Decode([]) : await ReadRest().ConfigureAwait(false);
        }
        catch (Exception e) when (IsGone(e))
        {
            return new SocketInput.PeerClosed();
        }
    }

    /// <summary>The ways in which a socket says that its peer is not there any more.</summary>
    public static bool IsGone(Exception e) =>
        e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;

    private async ValueTask<SocketInput> ReadRest()
    {
        // A message that has begun must end: one byte a second is not a message but a way to hold a buffer.
        using var deadline = new CancellationTokenSource(options.PongWait, clock);
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            for (var length = 0; ; )
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(length), deadline.Token).ConfigureAwait(false);
                length += part.Count;
                if (part.MessageType == WebSocketMessageType.Close)
                    return new SocketInput.PeerClosed();
                if (length > options.MaxMessageSize)
                    return new SocketInput.Refused(CloseCode.TooBig, "Message too big");
                if (part.EndOfMessage)
                    return Decode(buffer.AsSpan(0, length));
                if (length == buffer.Length)
                    buffer = Grow(buffer, length);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Grow(byte[] buffer, int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(length * 2);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private SocketInput.Frame Decode(ReadOnlySpan<byte> message)
    {
        var (frame, refusal) = FrameReader.Read(message, clock.GetUtcNow());
        return new SocketInput.Frame(new FrameArrived(frame, refusal));
    }
}
