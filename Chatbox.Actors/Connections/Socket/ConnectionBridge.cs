using System.Diagnostics;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Stage;
using Chatbox.Actors.Connections.Binding;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages.Frames;
using static Chatbox.Actors.Connections.ConnectionProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Actors.Connections.Socket;

/// <summary>
/// The stream's end towards the actors. To the session it is the viewer: frames come straight here, without a stop at the connection
/// actor, because tokens are what a node sends most. One frame of the client at a time goes to the connection actor; frames to the
/// client wait here until the socket takes them, and while too much waits, the client is not read either.
/// </summary>
internal sealed class ConnectionBridge(IActorRef connection, SessionCursor cursor, TimeSpan attachTimeout, IChatboxMetrics metrics)
    : GraphStage<FlowShape<FrameArrived, SocketOutput>>
{
    /// <summary>
    /// Bytes that may wait before the client is no longer read. A session sends no more than its window, so what waits in all stays
    /// under the protocol's 256 KiB.
    /// </summary>
    private const int ReadingStopsAt = 65_536;

    /// <summary>The session hears of taken bytes in parts of this size: a quarter of its window, not every frame.</summary>
    private const int ReportTaken = 16_384;

    /// <summary>Why a frame that was to be sent was not.</summary>
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
            // The socket asks for more, so it has taken what it had.
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
                    _cursor.Attached(attached, args.Sender, _self);
                    _connection.Tell(attached, args.Sender);
                    break;
                case ViewerDismissed dismissed:
                    _cursor.Dismissed(dismissed, args.Sender);
                    _connection.Tell(dismissed, args.Sender);
                    break;
                case CommandAccepted accepted when _cursor.IsAt(accepted.SessionId) && !_cursor.IsAttachedTo(args.Sender):
                    // A new life of the session, which does not know us yet: its ack has gone nowhere. The command is repeated, and
                    // gets its ack once we are attached.
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
