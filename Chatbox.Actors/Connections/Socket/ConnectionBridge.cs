using System.Diagnostics;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Stage;
using Chatbox.Actors.Connections.Binding;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages.Frames;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Connections.Socket;

/// <summary>
/// The end of the socket's stream towards the actors. To the session, this stage is the viewer: the session's frames come straight here and
/// bypass the connection actor, because tokens are most of what a node sends. Frames from the client go to the connection actor one at a
/// time. Frames to the client wait here until the socket takes them; while too many bytes wait, nothing is read from the client.
/// </summary>
/// <param name="attachTimeout">Wait for a session to confirm an attachment before it is asked again.</param>
internal sealed class ConnectionBridge(IActorRef connection, SessionCursor cursor, TimeSpan attachTimeout, IChatboxMetrics metrics)
    : GraphStage<FlowShape<FrameArrived, SocketOutput>>
{
    /// <summary>
    /// Waiting bytes at which reading from the client stops. A session sends at most its window of 64 KiB ahead, so that fewer than the
    /// protocol's 256 KiB wait in all.
    /// </summary>
    private const int ReadingStopsAt = 65_536;

    /// <summary>Bytes after which the session is told that the socket has taken them: a quarter of its window, rather than every frame.</summary>
    private const int ReportTaken = 16_384;

    /// <summary>The error of the span of a frame that was not sent because the socket ended.</summary>
    private const string NotTaken = "socket_gone";

    private readonly Inlet<FrameArrived> _in = new("ConnectionBridge.in");
    private readonly Outlet<SocketOutput> _out = new("ConnectionBridge.out");

    public override FlowShape<FrameArrived, SocketOutput> Shape => new(_in, _out);

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) =>
        new Logic(this, connection, cursor, attachTimeout, metrics);

    private sealed class Logic : TimerGraphStageLogic, IInHandler, IOutHandler
    {
        private readonly ConnectionBridge _stage;
        private readonly IActorRef _connection;
        private readonly SessionCursor _cursor;
        private readonly TimeSpan _attachTimeout;
        private readonly IChatboxMetrics _metrics;
        private readonly Queue<SocketOutput> _waiting = new();
        private IActorRef _self = ActorRefs.Nobody;
        private int _waitingBytes;
        private int _writing;
        private Activity? _writingSpan;
        private int _taken;
        private bool _handling;
        private bool _greeted;

        public Logic(ConnectionBridge stage, IActorRef connection, SessionCursor cursor, TimeSpan attachTimeout, IChatboxMetrics metrics)
            : base(stage.Shape)
        {
            (_stage, _connection, _cursor, _attachTimeout, _metrics) = (stage, connection, cursor, attachTimeout, metrics);
            SetHandler(stage._in, this);
            SetHandler(stage._out, this);
        }

        public override void PreStart()
        {
            var stageActor = GetStageActor(OnMessage);
            stageActor.Watch(_connection);
            _self = stageActor.Ref;
            _connection.Tell(new SocketReady(), _self);
            Pull(_stage._in);
        }

        public override void PostStop()
        {
            _writingSpan.End(NotTaken);
            foreach (var frame in _waiting.OfType<SocketOutput.Frame>())
                frame.Span.End(NotTaken);
            _cursor.Detach(_self);
            _connection.Tell(new SocketGone(), _self);
        }

        public void OnPush()
        {
            _handling = true;
            _connection.Tell(Grab(_stage._in), _self);
        }

        public void OnPull()
        {
            // The socket asks for the next frame, so it has taken the one before.
            _taken += _writing;
            _writing = 0;
            _writingSpan.End();
            _writingSpan = null;
            if (_taken >= ReportTaken)
            {
                _cursor.Took(_taken, _self);
                _taken = 0;
            }

            SendNext();
        }

        public void OnUpstreamFinish() => CompleteStage();

        public void OnUpstreamFailure(Exception e) => FailStage(e);

        public void OnDownstreamFinish(Exception cause) => CompleteStage();

        protected override void OnTimer(object timerKey)
        {
            if (_cursor.RepeatIfUnanswered(_self))
                ScheduleOnce(timerKey, _attachTimeout);
        }

        private void OnMessage((IActorRef Sender, object Message) args)
        {
            switch (args.Message)
            {
                case DeliverFrame frame:
                    Deliver(frame, args.Sender);
                    break;
                case SendFrame frame:
                    Enqueue(new SocketOutput.Frame(_cursor.Place(frame.Utf8), FromSession: false));
                    break;
                case CloseSocket close:
                    Enqueue(new SocketOutput.Close(close.Code, close.Reason));
                    break;
                case FrameHandled:
                    _handling = false;
                    ReadNext();
                    break;
                case AttachTo attach:
                    _greeted = false;
                    _cursor.AttachTo(attach.SessionId, attach.Unanswered, _self);
                    ScheduleOnce(nameof(AttachTo), _attachTimeout);
                    break;
                case ViewerAttached attached:
                    if (_cursor.Attached(attached, args.Sender, _self))
                        _connection.Tell(attached, args.Sender);
                    break;
                case ViewerDismissed dismissed:
                    _cursor.Dismissed(dismissed, args.Sender);
                    _connection.Tell(dismissed, args.Sender);
                    break;
                case CommandAccepted accepted when _cursor.IsAt(accepted.SessionId) && !_cursor.IsAttachedTo(args.Sender):
                    // A new incarnation has accepted the command before it knows this viewer, so its ack has reached nobody. Dropping the
                    // reply makes the connection repeat the command, and the ack comes once this viewer is attached.
                    break;
                case ISessionReply:
                    _connection.Tell(args.Message, args.Sender);
                    break;
                case Terminated:
                    CompleteStage();
                    break;
            }
        }

        private void Deliver(DeliverFrame frame, IActorRef session)
        {
            if (!_cursor.Accept(frame, session) || frame.Utf8.IsEmpty)
                return;
            Enqueue(
                new SocketOutput.Frame(_cursor.Place(frame.Utf8), FromSession: true) { Counted = frame.Utf8.Length, Span = Trace(frame) }
            );
            _metrics.FramesSent(1);
            if (_greeted)
                return;
            _greeted = true;
            _connection.Tell(new Greeted(frame.SessionId), _self);
        }

        private static Activity? Trace(DeliverFrame frame) =>
            frame.TraceParent is { } parent
                ? Tracing
                    .Begin($"send {ServerFrame.TypeOf(frame.Utf8.Span)}", ActivityKind.Producer, parent)
                    ?.SetTag("session.id", frame.SessionId.Value)
                    .SetTag("chatbox.frame.bytes", frame.Utf8.Length)
                : null;

        private void Enqueue(SocketOutput output)
        {
            _waiting.Enqueue(output);
            _waitingBytes += output.Length;
            SendNext();
        }

        private void SendNext()
        {
            if (!IsAvailable(_stage._out) || !_waiting.TryDequeue(out var next))
                return;
            _waitingBytes -= next.Length;
            if (next is SocketOutput.Frame { FromSession: true } frame)
                (_writing, _writingSpan) = (frame.Counted, frame.Span);
            Push(_stage._out, next);
            ReadNext();
        }

        private void ReadNext()
        {
            if (!_handling && _waitingBytes < ReadingStopsAt && !HasBeenPulled(_stage._in) && !IsClosed(_stage._in))
                Pull(_stage._in);
        }
    }
}
