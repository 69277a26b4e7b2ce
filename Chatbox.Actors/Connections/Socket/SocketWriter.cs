using System.Net.WebSockets;
using Akka.Actor;
using Chatbox.Actors.Connections.Binding;
using Chatbox.Actors.Connections.Protocol;

namespace Chatbox.Actors.Connections.Socket;

/// <summary>
/// Writes to a socket, one frame at a time, and closes it. A client that does not take a frame within
/// <see cref="ConnectionOptions.SlowReaderTimeout"/> is disconnected.
/// </summary>
/// <param name="cursor">Tells the session what the socket has taken.</param>
/// <param name="context">That of the socket's actor, which gets <see cref="Written"/>, <see cref="CloseSent"/> and the deadlines.</param>
internal sealed class SocketWriter(WebSocket socket, SessionCursor cursor, ConnectionOptions options, IActorContext context)
{
    private readonly FrameQueue _queue = new();
    private SocketDeadline? _late;
    private bool _isWriting;
    private bool _isSlow;
    private bool _hasEnded;

    /// <summary>The socket has taken a frame, or cannot take it.</summary>
    public sealed record Written(bool Succeeded) : INoSerializationVerificationNeeded;

    /// <summary>The close frame is sent, or cannot be sent.</summary>
    public sealed record CloseSent(bool Succeeded) : INoSerializationVerificationNeeded;

    /// <summary>The socket closes: nothing more is sent.</summary>
    public bool IsClosing { get; private set; }

    /// <inheritdoc cref="FrameQueue.IsFull" />
    public bool IsFull => _queue.IsFull;

    /// <summary>Sends a frame, or the close frame, after what waits.</summary>
    public void Send(SocketOutput output)
    {
        _queue.Add(output);
        if (_hasEnded)
            _queue.End();
        else
            SendNext();
    }

    /// <summary>Continues with what waits.</summary>
    /// <returns>False if the socket takes nothing any more.</returns>
    public bool TryContinue(Written written)
    {
        _isWriting = false;
        if (!IsClosing)
            SocketDeadline.Cancel(ref _late);
        if (!written.Succeeded)
            return false;
        Taken();
        if (_isSlow)
            Close(CloseCode.SlowReader, "Too slow");
        SendNext();
        return true;
    }

    /// <summary>Sends the close frame, then waits for the peer's for at most <see cref="ConnectionOptions.WriteWait"/>.</summary>
    public void Close(int code, string reason)
    {
        if (IsClosing)
            return;
        IsClosing = true;
        SocketDeadline.Set(ref _late, context, options.WriteWait);
        _ = Report(BeginClose(code, reason), context.Self, succeeded => new CloseSent(succeeded));
    }

    /// <summary>A deadline is over. The close frame of a slow client waits behind the pending write, for at most the time of any other close.</summary>
    /// <returns>False if the client has had all the time that it gets.</returns>
    public bool TryWait(SocketDeadline deadline)
    {
        if (deadline != _late)
            return true;
        if (IsClosing || _isSlow)
            return false;
        _isSlow = true;
        SocketDeadline.Set(ref _late, context, options.WriteWait);
        return true;
    }

    /// <summary>Forgets what waits. A close that has begun goes on.</summary>
    public void Drop()
    {
        _hasEnded = true;
        _queue.End();
    }

    /// <summary>The socket has ended.</summary>
    public void End() => SocketDeadline.Cancel(ref _late);

    private void SendNext()
    {
        while (!_isWriting && !IsClosing && _queue.TryTake(out var next))
        {
            if (next is SocketOutput.Frame frame)
                Write(frame);
            else if (next is SocketOutput.Close close)
                Close(close.Code, close.Reason);
        }
    }

    private void Write(SocketOutput.Frame frame)
    {
        var write = BeginWrite(frame);
        if (write.IsCompletedSuccessfully)
        {
            write.GetAwaiter().GetResult();
            Taken();
            return;
        }

        _isWriting = true;
        SocketDeadline.Set(ref _late, context, options.SlowReaderTimeout);
        _ = Report(write, context.Self, succeeded => new Written(succeeded));
    }

    private void Taken()
    {
        if (_queue.Taken() is > 0 and var bytes)
            cursor.Took(bytes, context.Self);
    }

    // A socket whose peer is gone may throw at once rather than return a failed task.
    private ValueTask BeginWrite(SocketOutput.Frame frame)
    {
        try
        {
            return socket.SendAsync(frame.Utf8, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        catch (Exception e) when (SocketReader.IsGone(e))
        {
            return ValueTask.FromException(e);
        }
    }

    private ValueTask BeginClose(int code, string reason)
    {
        try
        {
            return new ValueTask(socket.CloseOutputAsync((WebSocketCloseStatus)code, reason, CancellationToken.None));
        }
        catch (Exception e) when (SocketReader.IsGone(e))
        {
            return ValueTask.FromException(e);
        }
    }

    private static async Task Report(ValueTask write, IActorRef self, Func<bool, object> result)
    {
        var succeeded = true;
        try
        {
            await write.ConfigureAwait(false);
        }
        catch (Exception e) when (SocketReader.IsGone(e))
        {
            succeeded = false;
        }
        catch (Exception e)
        {
            self.Tell(new Status.Failure(e));
            return;
        }

        self.Tell(result(succeeded));
    }
}
