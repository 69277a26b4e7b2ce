using System.Buffers;
using System.Net.WebSockets;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Messages.Frames;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;

namespace Chatbox.Actors.Connections.Socket;

/// <summary>The result of a read.</summary>
internal abstract record SocketInput
{
    /// <summary>A whole message, parsed as a frame.</summary>
    public sealed record Frame(FrameArrived Arrived) : SocketInput;

    /// <summary>A message that is not accepted: the socket closes with this code.</summary>
    public sealed record Refused(int Code, string Reason) : SocketInput;

    /// <summary>The peer has closed the socket, or the connection is lost.</summary>
    public sealed record PeerClosed : SocketInput;
}

/// <summary>
/// Reads whole messages. An idle socket holds no buffer: a read of zero bytes waits for data, and only then a buffer is taken from the pool.
/// </summary>
/// <param name="gate">Sees each frame first; null for none.</param>
internal sealed class SocketReader(WebSocket socket, ConnectionOptions options, TimeProvider clock, IFrameGate? gate = null)
{
    private const int FirstBuffer = 4_096;

    /// <summary>Reads the next message, for which it waits without a limit. Never throws.</summary>
    public async ValueTask<SocketInput> Read()
    {
        try
        {
            var first = await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None).ConfigureAwait(false);
            if (first.MessageType == WebSocketMessageType.Close)
                return new SocketInput.PeerClosed();
            var read = first.EndOfMessage ? Decode([]) : await ReadRest().ConfigureAwait(false);
            return gate is null ? read : await Pass(read, gate).ConfigureAwait(false);
        }
        catch (Exception e) when (IsGone(e))
        {
            return new SocketInput.PeerClosed();
        }
    }

    /// <summary>Whether a socket throws this exception because its peer is gone.</summary>
    public static bool IsGone(Exception e) =>
        e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;

    private static async ValueTask<SocketInput> Pass(SocketInput read, IFrameGate gate) =>
        read is SocketInput.Frame { Arrived.Frame: { } frame } && await gate.Admit(frame).ConfigureAwait(false) is { } refusal
            ? new SocketInput.Frame(new FrameArrived(null, refusal))
            : read;

    private async ValueTask<SocketInput> ReadRest()
    {
        // A message that has begun must end in time, or a client could hold a buffer by sending a byte now and then.
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
