using System.Net.WebSockets;
using Akka.Streams;
using Akka.Streams.Stage;
using Chatbox.Actors.Connections.Protocol;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;

namespace Chatbox.Actors.Connections.Socket;

/// <summary>
/// A WebSocket as a stream stage: one frame at a time is read, and one at a time written. A client that does not take a frame within
/// <see cref="ConnectionOptions.SlowReaderTimeout"/> is disconnected; a client whose frames are not read meets the back-pressure of TCP.
/// Materializes a task that completes when the socket has ended, and never fails.
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
            // Ends a read that is still pending, and cuts off a peer that has not completed the closing handshake.
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

        // The connection actor has stopped, so there is nothing left to send.
        public void OnUpstreamFinish() => Close(CloseCode.Normal, "");

        public void OnUpstreamFailure(Exception e) => FailStage(e);

        public void OnDownstreamFinish(Exception cause) => Close(CloseCode.Normal, "");

        protected override void OnTimer(object timerKey)
        {
            if (timerKey is WriteTimer)
            {
                // The close frame waits behind the pending write, for at most the time of any other close.
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
                // A dropped frame triggers the next read through the callback; a direct call would overflow the stack under a flood.
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
                case var _ when _closing: // drop frames until the peer's close frame arrives
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

        /// <summary>Sends the close frame, then waits for the peer's for at most <see cref="ConnectionOptions.WriteWait"/>.</summary>
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
