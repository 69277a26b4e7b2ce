using System.Net.WebSockets;
using Akka.Streams;
using Akka.Streams.Stage;
using static Chatbox.Actors.Connections.ConnectionProtocol;

namespace Chatbox.Actors.Connections.Socket;

/// <summary>
/// The socket as a stream: frames in, frames out, one of each at a time. A client that does not read is given up after a while, and one
/// that is read no more feels it through TCP. Materializes a task that ends with the socket and never fails.
/// </summary>
internal sealed class WebSocketStage(SocketReader reader, WebSocket socket, ConnectionOptions options)
    : GraphStageWithMaterializedValue<FlowShape<SocketOutput, FrameArrived>, Task>
{
    private readonly Inlet<SocketOutput> _in = new("WebSocket.in");
    private readonly Outlet<FrameArrived> _out = new("WebSocket.out");

    public override FlowShape<SocketOutput, FrameArrived> Shape => new(_in, _out);

    public override ILogicAndMaterializedValue<Task> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return new LogicAndMaterializedValue<Task>(new Logic(this, reader, socket, options, ended), ended.Task);
    }

    private sealed class Logic : TimerGraphStageLogic, IInHandler, IOutHandler
    {
        private const string WriteTimer = "write";
        private const string CloseTimer = "close";

        private readonly WebSocketStage _stage;
        private readonly SocketReader _reader;
        private readonly WebSocket _socket;
        private readonly ConnectionOptions _options;
        private readonly TaskCompletionSource _ended;
        private readonly Action<SocketInput> _onRead;
        private readonly Action<bool> _onWritten;
        private bool _reading;
        private bool _closing;
        private bool _slow;

        public Logic(WebSocketStage stage, SocketReader reader, WebSocket socket, ConnectionOptions options, TaskCompletionSource ended)
            : base(stage.Shape)
        {
            (_stage, _reader, _socket, _options, _ended) = (stage, reader, socket, options, ended);
            _onRead = GetAsyncCallback<SocketInput>(OnRead);
            _onWritten = GetAsyncCallback<bool>(OnWritten);
            SetHandler(stage._in, this);
            SetHandler(stage._out, this);
        }

        public override void PreStart() => Pull(_stage._in);

        public override void PostStop()
        {
            // Ends a read that is still under way, and the connection of a peer that did not close in time.
            if (_socket.State is not WebSocketState.Closed)
                _socket.Abort();
            _ended.SetResult();
        }

        public void OnPull() => Read();

        public void OnPush()
        {
            switch (Grab(_stage._in))
            {
                case var _ when _closing:
                    break;
                case SocketOutput.Frame frame:
                    Write(_socket.SendAsync(frame.Utf8, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None));
                    break;
                case SocketOutput.Close close:
                    Close(close.Code, close.Reason);
                    break;
            }
        }

        // The connection actor has gone: nobody is there to talk to.
        public void OnUpstreamFinish() => Close(CloseCode.Normal, "");

        public void OnUpstreamFailure(Exception e) => FailStage(e);

        public void OnDownstreamFinish(Exception cause) => Close(CloseCode.Normal, "");

        protected override void OnTimer(object timerKey)
        {
            if (timerKey is WriteTimer)
            {
                // A close frame has to wait behind the write that is stuck; it gets as long as any other close.
                _slow = true;
                ScheduleOnce(CloseTimer, _options.WriteWait);
            }
            else
            {
                CompleteStage();
            }
        }

        private void Read()
        {
            _reading = true;
            var read = _reader.Read();
            if (!read.IsCompletedSuccessfully)
                Await(read.AsTask(), _onRead);
            else if (_closing)
                // What is dropped asks for the next read itself: directly, a peer that floods would nest us until the stack ends.
                _onRead(read.Result);
            else
                OnRead(read.Result);
        }

        private void OnRead(SocketInput input)
        {
            _reading = false;
            switch (input)
            {
                case SocketInput.PeerClosed when _socket.State == WebSocketState.CloseReceived:
                    Close(CloseCode.Normal, "");
                    break;
                case SocketInput.PeerClosed:
                    CompleteStage();
                    break;
                case var _ when _closing: // whatever still comes is dropped, until the peer's close frame
                    Read();
                    break;
                case SocketInput.Frame frame:
                    Push(_stage._out, frame.Arrived);
                    break;
                case SocketInput.Refused refused:
                    Close(refused.Code, refused.Reason);
                    break;
            }
        }

        private void Write(ValueTask write)
        {
            if (write.IsCompletedSuccessfully)
            {
                OnWritten(true);
                return;
            }

            ScheduleOnce(WriteTimer, _options.SlowReaderTimeout);
            Await(Succeeded(write), _onWritten);
        }

        private void OnWritten(bool succeeded)
        {
            CancelTimer(WriteTimer);
            if (!succeeded)
                CompleteStage();
            else if (_slow)
                Close(CloseCode.SlowReader, "Too slow");
            else if (!_closing && !HasBeenPulled(_stage._in) && !IsClosed(_stage._in))
                Pull(_stage._in);
        }

        /// <summary>Sends the close frame and waits for the peer's, for as long as a close may take.</summary>
        private void Close(int code, string reason)
        {
            if (_closing)
                return;
            _closing = true;
            ScheduleOnce(CloseTimer, _options.WriteWait);
            SetKeepGoing(true);
            var sent = _socket.CloseOutputAsync((WebSocketCloseStatus)code, reason, CancellationToken.None);
            Await(Succeeded(new ValueTask(sent)), GetAsyncCallback<bool>(OnCloseSent));
        }

        private void OnCloseSent(bool succeeded)
        {
            if (!succeeded || _socket.State == WebSocketState.Closed)
                CompleteStage();
            else if (!_reading)
                Read();
        }

        private static async Task<bool> Succeeded(ValueTask write)
        {
            try
            {
                await write.ConfigureAwait(false);
                return true;
            }
            catch (Exception e) when (SocketReader.IsGone(e))
            {
                return false;
            }
        }

        private static void Await<T>(Task<T> task, Action<T> callback)
        {
            if (task.IsCompletedSuccessfully)
                callback(task.Result);
            else
                task.ContinueWith(
                    static (done, state) => ((Action<T>)state!)(done.GetAwaiter().GetResult()),
                    callback,
                    CancellationToken.None,
                    TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default
                );
        }
    }
}
