using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;

namespace Chatbox.Client.Connections;

/// <summary>A connection over an open WebSocket, which it closes in the end.</summary>
internal sealed class WebSocketLine : ILine
{
    private static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(2);

    private readonly WebSocket _socket;
    private readonly TimeProvider _clock;
    private readonly Channel<string> _waiting = Channel.CreateBounded<string>(LineLimits.Sending);
    private readonly Task _sending;
    private byte[] _buffer = new byte[4_096];

    public WebSocketLine(WebSocket socket, TimeProvider clock)
    {
        (_socket, _clock) = (socket, clock);
        _sending = SendAll();
    }

    public bool TakesTokens => true;

    public LineEnd End { get; private set; } = LineEnd.Lost;

    public bool TrySend(string frame)
    {
        if (_waiting.Writer.TryWrite(frame))
            return true;
        _socket.Abort();
        return false;
    }

    public async Task<string?> Receive(CancellationToken cancellationToken)
    {
        try
        {
            for (var length = 0; ; )
            {
                var part = await _socket.ReceiveAsync(_buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    End = new LineEnd((int)(_socket.CloseStatus ?? WebSocketCloseStatus.Empty), _socket.CloseStatusDescription ?? "");
                    return null;
                }

                length += part.Count;
                if (part.EndOfMessage)
                    return Encoding.UTF8.GetString(_buffer, 0, length);
                if (length == LineLimits.FrameBytes)
                    return null;
                if (length == _buffer.Length)
                    Array.Resize(ref _buffer, Math.Min(2 * length, LineLimits.FrameBytes));
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or InvalidOperationException)
        {
            return null; // the network has gone
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null; // the sending side has noticed first, and aborted the socket
        }
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        using var deadline = new CancellationTokenSource(CloseWithin, _clock);
        try
        {
            await _sending.WaitAsync(deadline.Token).ConfigureAwait(false);
            if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or InvalidOperationException)
        {
            // Nobody is there to be told.
        }

        _socket.Dispose();
    }

    private async Task SendAll()
    {
        try
        {
            await foreach (var frame in _waiting.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                var bytes = Encoding.UTF8.GetBytes(frame);
                await _socket.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or InvalidOperationException)
        {
            _waiting.Writer.TryComplete();
            _socket.Abort(); // the reader notices, too
        }
    }
}
