using System.Diagnostics;
using System.Net.WebSockets;
using Akka.Actor;
using Chatbox.Actors.Connections.Binding;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Actors.Sessions.Viewers;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages.Frames;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Connections.Socket;

/// <summary>
/// Moves the frames of one socket. To the session, this actor is the viewer: the session's frames come straight here and bypass the
/// connection actor, because tokens are most of what a node sends. Frames from the client go to the connection actor one at a time. Frames
/// to the client wait here until the socket takes them, one at a time; while too many bytes wait, nothing is read from the client, which then
/// meets the back-pressure of TCP. A client that does not take a frame within <see cref="ConnectionOptions.SlowReaderTimeout"/> is
/// disconnected.
/// </summary>
internal sealed class SocketActor : UntypedActor
{
    private readonly WebSocket _socket;
    private readonly SocketReader _reader;
    private readonly IActorRef _connection;
    private readonly SessionCursor _cursor;
    private readonly ConnectionOptions _options;
    private readonly IChatboxMetrics _metrics;
    private readonly TaskCompletionSource _ended;
    private readonly SocketWriter _writer;
    private SocketDeadline? _unattached;
    private bool _isReading;
    private bool _isHandling;
    private bool _hasLeft;
    private bool _isGreeted;

    /// <param name="opened">The socket's slot and session.</param>
    /// <param name="ended">Completed when the socket has ended.</param>
    public SocketActor(
        WebSocket socket,
        SocketReader reader,
        ConnectionOpened opened,
        ConnectionOptions options,
        IChatboxMetrics metrics,
        TaskCompletionSource ended
    )
    {
        (_socket, _reader, _connection, _cursor) = (socket, reader, opened.Connection, opened.Cursor);
        (_options, _metrics, _ended) = (options, metrics, ended);
        _writer = new SocketWriter(socket, opened.Cursor, options, Context);
    }

    protected override void PreStart()
    {
        Context.Watch(_connection);
        _connection.Tell(new SocketReady(), Self);
        Read();
    }

    // A restarted actor does not know what was being read and written. PreRestart has ended the socket.
    protected override void PostRestart(Exception reason) => Context.Stop(Self);

    protected override void PostStop()
    {
        LeaveSession();
        _writer.End();

        // Ends a read that is still pending, and cuts off a peer that has not completed the closing handshake.
        if (_socket.State is not WebSocketState.Closed)
            _socket.Abort();
        _ended.TrySetResult();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case DeliverFrame frame:
                Deliver(frame);
                break;
            case SocketInput input:
                OnRead(input);
                break;
            case FrameHandled:
                _isHandling = false;
                ReadNext();
                break;
            case SendFrame frame:
                Send(new SocketOutput.Frame(_cursor.Place(frame.Utf8), FromSession: false));
                break;
            case SocketWriter.Written written:
                GoOnIf(_writer.TryContinue(written));
                break;
            case CloseSocket close:
                Send(new SocketOutput.Close(close.Code, close.Reason));
                break;
            case AttachTo attach:
                _isGreeted = false;
                _cursor.AttachTo(attach.SessionId, attach.Unanswered, Self);
                WaitForSession();
                break;
            case ViewerAttached attached:
                if (_cursor.Attached(attached, Sender, Self))
                {
                    SocketDeadline.Cancel(ref _unattached);
                    _connection.Forward(attached);
                }

                break;
            case RestingViewers.ViewerResumed resumed:
                if (_cursor.Resumed(resumed, Sender, Self))
                    _connection.Tell(new ViewerAttached(resumed.SessionId), Sender);
                break;
            case ViewerDismissed dismissed:
                _cursor.Dismissed(dismissed, Sender);
                _connection.Forward(dismissed);
                break;
            case CommandAccepted accepted when _cursor.IsAt(accepted.SessionId) && !_cursor.IsAttachedTo(Sender):
                // A new incarnation has accepted the command before it knows this viewer, so its ack has reached nobody. Dropping the
                // reply makes the connection repeat the command, and the ack comes once this viewer is attached.
                break;
            case ISessionReply reply:
                _connection.Forward(reply);
                break;
            case SocketDeadline deadline when deadline == _unattached:
                if (_cursor.RepeatIfUnanswered(Self))
                    WaitForSession();
                break;
            case SocketDeadline deadline:
                GoOnIf(_writer.TryWait(deadline));
                break;
            case SocketWriter.CloseSent sent:
                OnCloseSent(sent.Succeeded);
                break;
            case Terminated:
                // The connection actor has stopped, so there is nothing left to send.
                LeaveSession();
                _writer.Close(CloseCode.Normal, "");
                break;
            case Status.Failure failed:
                throw new InvalidOperationException("A frame could not be read.", failed.Cause);
            default:
                Unhandled(message);
                break;
        }
    }

    private void Deliver(DeliverFrame frame)
    {
        if (!_cursor.Accept(frame, Sender) || frame.Utf8.IsEmpty)
            return;
        Send(new SocketOutput.Frame(_cursor.Place(frame.Utf8), FromSession: true) { Counted = frame.Utf8.Length, Span = Trace(frame) });
        _metrics.FramesSent(1);
        if (_isGreeted)
            return;
        _isGreeted = true;
        _connection.Tell(new Greeted(frame.SessionId), Self);
    }

    private static Activity? Trace(DeliverFrame frame) =>
        frame.TraceParent is { } parent
            ? Tracing
                .Begin($"send {ServerFrame.TypeOf(frame.Utf8.Span)}", ActivityKind.Producer, parent)
                ?.SetTag("session.id", frame.SessionId.Value)
                .SetTag("chatbox.frame.bytes", frame.Utf8.Length)
            : null;

    private void Send(SocketOutput output)
    {
        _writer.Send(output);
        ReadNext();
    }

    private void GoOnIf(bool isAlive)
    {
        if (isAlive)
            ReadNext();
        else
            Context.Stop(Self);
    }

    private void ReadNext()
    {
        if (!_isHandling && !_isReading && !_writer.IsClosing && !_writer.IsFull)
            Read();
    }

    private void Read()
    {
        _isReading = true;
        _ = Read(_reader, Self);
    }

    // Through the mailbox even if a frame is there already: a direct call would overflow the stack under a flood of frames that are dropped.
    private static async Task Read(SocketReader reader, IActorRef self)
    {
        object read;
        try
        {
            read = await reader.Read().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            read = new Status.Failure(e);
        }

        self.Tell(read);
    }

    private void OnRead(SocketInput input)
    {
        _isReading = false;
        switch (input)
        {
            case SocketInput.PeerClosed when _socket.State == WebSocketState.CloseReceived:
                _writer.Close(CloseCode.Normal, "");
                break;
            case SocketInput.PeerClosed:
                Context.Stop(Self);
                break;
            case var _ when _writer.IsClosing: // drop frames until the peer's close frame arrives
                Read();
                break;
            case SocketInput.Frame frame:
                _isHandling = true;
                _connection.Tell(frame.Arrived, Self);
                break;
            case SocketInput.Refused refused:
                _writer.Close(refused.Code, refused.Reason);
                break;
        }
    }

    private void WaitForSession() => SocketDeadline.Set(ref _unattached, Context, _options.AskTimeout);

    private void OnCloseSent(bool succeeded)
    {
        if (!succeeded || _socket.State == WebSocketState.Closed)
            Context.Stop(Self);
        else if (!_isReading)
            Read();
    }

    private void LeaveSession()
    {
        if (_hasLeft)
            return;
        _hasLeft = true;
        SocketDeadline.Cancel(ref _unattached);
        _writer.Drop();
        _cursor.Detach(Self);
        _connection.Tell(new SocketGone(), Self);
    }
}
