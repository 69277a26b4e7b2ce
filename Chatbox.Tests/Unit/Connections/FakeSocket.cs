using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;

namespace Chatbox.Tests.Unit.Connections;

/// <summary>A WebSocket whose client is the test: sends what the test says, and takes everything at once unless the test says otherwise.</summary>
internal sealed class FakeSocket : WebSocket
{
    private readonly Channel<(byte[] Data, bool Ends)> _parts = Channel.CreateUnbounded<(byte[], bool)>();
    private readonly Channel<string> _sent = Channel.CreateUnbounded<string>();
    private readonly Channel<(int Code, string Reason)> _closes = Channel.CreateUnbounded<(int, string)>();
    private readonly CancellationTokenSource _aborted = new();
    private ReadOnlyMemory<byte> _rest;
    private bool _ends;
    private bool _hasPart;

    /// <summary>Sizes of the buffers that were offered to the socket, in order.</summary>
    public ConcurrentQueue<int> Buffers { get; } = new();

    /// <summary>The client takes a frame only when the test calls <see cref="Take"/>.</summary>
    public bool IsSlow { get; init; }

    /// <summary>Taken one at a time by a slow client; null once the socket is cut.</summary>
    private Channel<TaskCompletionSource> Writes { get; } = Channel.CreateUnbounded<TaskCompletionSource>();

    public override WebSocketCloseStatus? CloseStatus => null;
    public override string? CloseStatusDescription => null;
    public override WebSocketState State => _aborted.IsCancellationRequested ? WebSocketState.Aborted : WebSocketState.Open;
    public override string? SubProtocol => null;

    /// <summary>The client sends a message, or a part of one.</summary>
    public void Arrive(string text, bool ends = true) => _parts.Writer.TryWrite((Encoding.UTF8.GetBytes(text), ends));

    /// <summary>The client closes the socket.</summary>
    public void ArriveClose() => _parts.Writer.TryComplete(new WebSocketException("closed"));

    /// <summary>The next message that the socket was given to send.</summary>
    public async Task<string> NextSent() => await Next(_sent);

    /// <summary>The close frame that the socket was given to send.</summary>
    public async Task<(int Code, string Reason)> NextClose() => await Next(_closes);

    /// <summary>A slow client takes the frame that is being sent.</summary>
    public async Task<string> Take()
    {
        var text = await NextSent();
        (await Next(Writes)).SetResult();
        return text;
    }

    private static async Task<T> Next<T>(Channel<T> channel)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await channel.Reader.ReadAsync(deadline.Token);
    }

    public override void Abort() => _aborted.Cancel();

    public override void Dispose() => _aborted.Dispose();

    public override async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        Buffers.Enqueue(buffer.Length);
        if (!_hasPart)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _aborted.Token);
            (_rest, _ends) = await _parts.Reader.ReadAsync(either.Token);
            _hasPart = true;
        }

        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        if (_rest.Length > 0)
            return new ValueWebSocketReceiveResult(count, WebSocketMessageType.Text, endOfMessage: false);
        _hasPart = false;
        return new ValueWebSocketReceiveResult(count, WebSocketMessageType.Text, _ends);
    }

    public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public override Task SendAsync(
        ArraySegment<byte> buffer,
        WebSocketMessageType messageType,
        bool endOfMessage,
        CancellationToken cancellationToken
    )
    {
        var write = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (IsSlow)
            Writes.Writer.TryWrite(write);
        else
            write.SetResult();
        _sent.Writer.TryWrite(Encoding.UTF8.GetString(buffer));
        return write.Task;
    }

    public override Task CloseAsync(WebSocketCloseStatus status, string? description, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    public override Task CloseOutputAsync(WebSocketCloseStatus status, string? description, CancellationToken cancellationToken)
    {
        _closes.Writer.TryWrite(((int)status, description ?? ""));
        return Task.CompletedTask;
    }
}
