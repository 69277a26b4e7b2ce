using System.Text;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Connections.Binding;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Actors.Connections.Socket;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Microsoft.Extensions.Time.Testing;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Connections.ConnectionKit;

namespace Chatbox.Tests.Unit.Connections;

/// <summary>The actor that moves a socket's frames, between a client that takes what the test says and probes.</summary>
public sealed class SocketActorTests() : TestKit(TestTimers)
{
    private const string Ping = """{"type":"ping"}""";

    private readonly ConnectionOptions _options = new();
    private TestProbe _connection = null!;
    private TestProbe _sessions = null!;
    private TestProbe _session = null!;
    private IActorRef _viewer = null!;
    private Task _ended = null!;

    [Fact]
    public void Next_frame_of_the_client_waits_until_the_one_before_is_handled()
    {
        using var socket = Open();
        socket.Arrive(Ping);
        socket.Arrive(Ping);
        _connection.ExpectMsg<FrameArrived>();
        _connection.ExpectNoMsg(TimeSpan.FromMilliseconds(50));

        _viewer.Tell(FrameHandled.Instance);

        _connection.ExpectMsg<FrameArrived>();
    }

    [Fact]
    public async Task Frames_of_the_session_reach_the_client_in_order_and_the_connection_hears_of_the_first()
    {
        using var socket = Open();
        Attach();
        Deliver("one");
        Deliver("two");

        Assert.Equal("one", await socket.NextSent());
        Assert.Equal("two", await socket.NextSent());
        Assert.Equal(Id, _connection.ExpectMsg<Greeted>().SessionId);
        _connection.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task Frames_wait_for_a_client_that_takes_them_slowly_and_keep_their_order()
    {
        using var socket = Open(slow: true);
        Attach();
        for (var n = 0; n < 20; n++)
            Deliver($"{n}");

        for (var n = 0; n < 20; n++)
            Assert.Equal($"{n}", await socket.Take());
    }

    [Fact]
    public async Task Client_that_does_not_read_is_not_read_either()
    {
        using var socket = Open(slow: true);
        Attach();
        for (var n = 0; n < 10; n++)
            Deliver(new string('x', 16_384));
        socket.Arrive(Ping);
        socket.Arrive(Ping);
        _connection.FishForMessage<FrameArrived>(_ => true);
        _viewer.Tell(FrameHandled.Instance);
        _connection.ExpectNoMsg(TimeSpan.FromMilliseconds(50));

        for (var n = 0; n < 10; n++)
            await socket.Take();

        _connection.ExpectMsg<FrameArrived>();
    }

    [Fact]
    public async Task Session_hears_what_the_socket_has_taken_and_only_that()
    {
        using var socket = Open(slow: true);
        Attach();
        for (var n = 0; n < 4; n++)
            Deliver(new string('x', 10_000));
        _session.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        await socket.Take();
        await socket.Take();

        Assert.Equal(20_000, _session.ExpectMsg<ViewerTookBytes>().Bytes);
    }

    [Fact]
    public void Acceptance_by_an_incarnation_that_does_not_know_the_viewer_does_not_count()
    {
        using var socket = Open();
        Attach();
        var next = CreateTestProbe();
        var accepted = new CommandAccepted(Id, new CommandId("c1"), Repeated: false);

        _viewer.Tell(accepted, next);
        _connection.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        _viewer.Tell(accepted, _session);

        _connection.ExpectMsg<CommandAccepted>();
    }

    [Fact]
    public void Attachment_is_repeated_until_a_session_confirms_it()
    {
        using var socket = Open();
        _viewer.Tell(new AttachTo(Id, null));
        _sessions.ExpectMsg<AttachViewer>();

        AwaitCondition(() =>
        {
            Pass(_options.AskTimeout);
            return _sessions.HasMessages;
        });
    }

    [Fact]
    public async Task Close_waits_for_the_frames_before_it()
    {
        using var socket = Open(slow: true);
        Attach();
        Deliver("one");
        _viewer.Tell(new SendFrame("two"u8.ToArray()));
        _viewer.Tell(new CloseSocket(1001, "bye"));

        Assert.Equal("one", await socket.Take());
        Assert.Equal("two", await socket.Take());
        Assert.Equal((1001, "bye"), await socket.NextClose());
    }

    [Fact]
    public async Task Client_that_takes_no_frame_in_time_is_disconnected_and_may_still_learn_why()
    {
        using var socket = Open(slow: true);
        Attach();
        Deliver("one");
        await socket.NextSent();
        AwaitCondition(() =>
        {
            Pass(_options.SlowReaderTimeout);
            Pass(_options.WriteWait);
            return _ended.IsCompleted;
        });

        Assert.Equal(System.Net.WebSockets.WebSocketState.Aborted, socket.State);
    }

    [Fact]
    public async Task Client_that_has_closed_leaves_its_session_and_its_connection()
    {
        using var socket = Open();
        Attach();

        socket.ArriveClose();

        _session.ExpectMsg<DetachViewer>();
        _connection.ExpectMsg<SocketGone>();
        await _ended.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Connection_that_stops_closes_the_socket()
    {
        using var socket = Open();
        Attach();

        Sys.Stop(_connection);

        Assert.Equal(1000, (await socket.NextClose()).Code);
        _session.ExpectMsg<DetachViewer>();
    }

    [Fact]
    public async Task Peer_that_never_completes_the_closing_handshake_is_cut_off()
    {
        using var socket = Open();
        Attach();
        _viewer.Tell(new CloseSocket(1001, "bye"));
        await socket.NextClose();

        AwaitCondition(() =>
        {
            Pass(_options.WriteWait);
            return _ended.IsCompleted;
        });
        Assert.Equal(System.Net.WebSockets.WebSocketState.Aborted, socket.State);
    }

    [Fact]
    public async Task Frames_of_a_client_are_dropped_while_its_socket_closes()
    {
        using var socket = Open();
        Attach();
        _viewer.Tell(new CloseSocket(1001, "bye"));
        await socket.NextClose();

        for (var n = 0; n < 1_000; n++)
            socket.Arrive(Ping);
        socket.ArriveClose();

        _connection.ExpectMsg<SocketGone>();
    }

    private FakeSocket Open(bool slow = false)
    {
        (_connection, _sessions, _session) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        var opened = new ConnectionOpened(_connection) { Cursor = new SessionCursor(_sessions, Alice, null, null) };
        var socket = new FakeSocket { IsSlow = slow };
        _ended = ConnectionSocket.Run(Sys, socket, opened, _options, new NoMetrics(), new FakeTimeProvider());
        _connection.ExpectMsg<SocketReady>();
        _viewer = _connection.LastSender;
        return socket;
    }

    private void Attach()
    {
        _viewer.Tell(new AttachTo(Id, null));
        _sessions.ExpectMsg<AttachViewer>();
        _viewer.Tell(new ViewerAttached(Id), _session);
        _connection.ExpectMsg<ViewerAttached>();
    }

    private void Pass(TimeSpan time) => ((TestScheduler)Sys.Scheduler).Advance(time);

    private void Deliver(string text) => _viewer.Tell(new DeliverFrame(Id, Encoding.UTF8.GetBytes(text), 1, null), _session);
}
