using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Stage;
using static Chatbox.Actors.Connections.ConnectionProtocol;

namespace Chatbox.Actors.Connections;

/// <summary>
/// The connection actor's end of the stream. One frame at a time goes to the actor; frames to the client wait here until the socket
/// takes them, and while too much waits, the client is not read either.
/// </summary>
internal sealed class ConnectionBridge(IActorRef connection) : GraphStage<FlowShape<FrameArrived, SocketOutput>>
{
    /// <summary>
    /// Bytes that may wait before the client is no longer read. A session sends no more than its window, so what waits in all stays
    /// under the protocol's 256 KiB.
    /// </summary>
    private const int ReadingStopsAt = 65_536;

    /// <summary>The session hears of taken bytes in parts of this size: a quarter of its window, not every frame.</summary>
    private const int ReportTaken = 16_384;

    private readonly Inlet<FrameArrived> _in = new("ConnectionBridge.in");
    private readonly Outlet<SocketOutput> _out = new("ConnectionBridge.out");

    public override FlowShape<FrameArrived, SocketOutput> Shape => new(_in, _out);

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, connection);

    private sealed class Logic : InAndOutGraphStageLogic
    {
        private readonly ConnectionBridge _stage;
        private readonly IActorRef _connection;
        private readonly Queue<SocketOutput> _waiting = new();
        private int _waitingBytes;
        private int _writing;
        private int _taken;
        private bool _handling;

        public Logic(ConnectionBridge stage, IActorRef connection)
            : base(stage.Shape)
        {
            (_stage, _connection) = (stage, connection);
            SetHandler(stage._in, this);
            SetHandler(stage._out, this);
        }

        public override void PreStart()
        {
            var self = GetStageActor(OnMessage);
            self.Watch(_connection);
            _connection.Tell(new SocketReady(), self.Ref);
            Pull(_stage._in);
        }

        public override void PostStop() => _connection.Tell(new SocketGone(), StageActor.Ref);

        public override void OnPush()
        {
            _handling = true;
            _connection.Tell(Grab(_stage._in), StageActor.Ref);
        }

        public override void OnPull()
        {
            // The socket asks for more, so it has taken what it had.
            _taken += _writing;
            _writing = 0;
            if (_taken >= ReportTaken)
            {
                _connection.Tell(new BytesTaken(_taken), StageActor.Ref);
                _taken = 0;
            }

            SendNext();
        }

        private void OnMessage((IActorRef Sender, object Message) args)
        {
            switch (args.Message)
            {
                case SendFrame frame:
                    Enqueue(new SocketOutput.Frame(frame.Utf8, frame.FromSession));
                    break;
                case CloseSocket close:
                    Enqueue(new SocketOutput.Close(close.Code, close.Reason));
                    break;
                case FrameHandled:
                    _handling = false;
                    ReadNext();
                    break;
                case Terminated:
                    CompleteStage();
                    break;
            }
        }

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
            if (next is SocketOutput.Frame { FromSession: true })
                _writing = next.Length;
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
