using System.Net.WebSockets;
using Chatbox.Messages.Frames;

namespace Chatbox.Node.Endpoints.Streams;

/// <summary>
/// The other direction of a socket over HTTP: reads the frames of one request, one after the other, as if they came over a socket, and
/// collects the replies to them. What the server sends to every viewer goes to the client's event stream instead.
/// </summary>
internal sealed class PostedFramesSocket(IReadOnlyList<ReadOnlyMemory<byte>> frames) : HttpSocket
{
    private readonly List<ReadOnlyMemory<byte>> _replies = [];
    private int _frame;
    private int _read;
    private WebSocketState _state = WebSocketState.Open;

    /// <summary>What the server has sent to the sender of the frames alone, in its order.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Replies => _replies;

    /// <summary>Whether every frame has been handled.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Why the server has ended the connection before all frames were handled; null if it has not.</summary>
    public (int Code, string Reason)? Closed { get; private set; }

    public override WebSocketState State => _state;

    public override ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_frame == frames.Count)
        {
            // The next frame is asked for once the one before is handled and its replies are sent.
            (IsDone, _state) = (true, WebSocketState.CloseReceived);
            return ValueTask.FromResult(new ValueWebSocketReceiveResult(0, WebSocketMessageType.Close, true));
        }

        var rest = frames[_frame][_read..];
        var part = rest[..Math.Min(rest.Length, buffer.Length)];
        part.CopyTo(buffer);
        _read += part.Length;

        // A read without a buffer only waits for data.
        var ends = buffer.Length > 0 && part.Length == rest.Length;
        if (ends)
            (_frame, _read) = (_frame + 1, 0);
        return ValueTask.FromResult(new ValueWebSocketReceiveResult(part.Length, WebSocketMessageType.Text, ends));
    }

    public override ValueTask SendAsync(
        ReadOnlyMemory<byte> buffer,
        WebSocketMessageType messageType,
        bool endOfMessage,
        CancellationToken cancellationToken
    )
    {
        if (ServerFrame.TypeOf(buffer.Span) is ServerFrameType.Ack or ServerFrameType.Error or ServerFrameType.Pong)
            _replies.Add(buffer.ToArray());
        return ValueTask.CompletedTask;
    }

    public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
    {
        if (!IsDone)
            Closed = ((int)closeStatus, statusDescription ?? "");
        _state = WebSocketState.Closed;
        return Task.CompletedTask;
    }

    public override void Abort() => _state = WebSocketState.Aborted;

    public override void Dispose() { }
}
