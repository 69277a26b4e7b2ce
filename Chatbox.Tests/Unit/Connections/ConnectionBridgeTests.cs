using System.Text;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Connections.Binding;
using Chatbox.Actors.Connections.Socket;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Connections.ConnectionKit;

namespace Chatbox.Tests.Unit.Connections;

/// <summary>The stream's end towards the actors, between a client that reads when the test says so and probes.</summary>
public sealed class ConnectionBridgeTests : TestKit
{
    private static readonly FrameArrived Ping = new(new ClientFrame.Ping(null), null);

    private readonly TestProbe _connection;
    private readonly TestProbe _sessions;
    private readonly TestProbe _session;
    private readonly ISourceQueueWithComplete<FrameArrived> _client;
    private readonly ISinkQueue<SocketOutput> _socket;
    private readonly IActorRef _viewer;

    public ConnectionBridgeTests()
        : base(TestTimers)
    {
        (_connection, _sessions, _session) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        var cursor = new SessionCursor(_sessions, Alice, null, null);
        var bridge = Flow.FromGraph(new ConnectionBridge(_connection, cursor, TimeSpan.FromSeconds(1), new NoMetrics()));
        (_client, _socket) = Source
            .Queue<FrameArrived>(16, OverflowStrategy.Backpressure)
            .Via(bridge)
            .ToMaterialized(Sink.Queue<SocketOutput>().WithAttributes(Attributes.CreateInputBuffer(1, 1)), Keep.Both)
            .Run(Sys.Materializer());
        _connection.ExpectMsg<SocketReady>();
        _viewer = _connection.LastSender;
    }

    [Fact]
    public async Task Next_frame_of_the_client_waits_until_the_one_before_is_handled()
    {
        await _client.OfferAsync(Ping);
        await _client.OfferAsync(Ping);
        _connection.ExpectMsg<FrameArrived>();
        _connection.ExpectNoMsg(TimeSpan.FromMilliseconds(50));

        _viewer.Tell(FrameHandled.Instance);

        _connection.ExpectMsg<FrameArrived>();
    }

    [Fact]
    public async Task Frames_of_the_session_reach_the_client_in_order_and_the_connection_hears_of_the_first()
    {
        Attach();
        Deliver("one");
        Deliver("two");

        Assert.Equal("one", await NextText());
        Assert.Equal("two", await NextText());
        Assert.Equal(Id, _connection.ExpectMsg<Greeted>().SessionId);
        _connection.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task Client_that_does_not_read_is_not_read_either()
    {
        Attach();
        for (var n = 0; n < 10; n++)
            Deliver(new string('x', 16_384));
        await _client.OfferAsync(Ping);
        await _client.OfferAsync(Ping);
        _connection.FishForMessage<FrameArrived>(_ => true);
        _viewer.Tell(FrameHandled.Instance);
        _connection.ExpectNoMsg(TimeSpan.FromMilliseconds(50));

        for (var n = 0; n < 10; n++)
            await NextText();

        _connection.ExpectMsg<FrameArrived>();
    }

    [Fact]
    public async Task Session_hears_what_the_socket_has_taken_and_only_that()
    {
        Attach();
        for (var n = 0; n < 4; n++)
            Deliver(new string('x', 10_000));
        await NextText();
        await NextText();
        await NextText();

        Assert.True(_session.ExpectMsg<ViewerTookBytes>().Bytes is >= 16_384 and <= 40_000);
    }

    [Fact]
    public void Acceptance_by_an_incarnation_that_does_not_know_the_viewer_does_not_count()
    {
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
        _viewer.Tell(new AttachTo(Id, null));
        _sessions.ExpectMsg<AttachViewer>();

        AwaitCondition(() =>
        {
            ((TestScheduler)Sys.Scheduler).Advance(TimeSpan.FromSeconds(1));
            return _sessions.HasMessages;
        });
    }

    [Fact]
    public async Task Close_waits_for_the_frames_before_it()
    {
        Attach();
        Deliver("one");
        _viewer.Tell(new SendFrame("two"u8.ToArray()));
        _viewer.Tell(new CloseSocket(1001, "bye"));

        Assert.Equal("one", await NextText());
        Assert.Equal("two", await NextText());
        Assert.Equal(new SocketOutput.Close(1001, "bye"), await Next());
    }

    [Fact]
    public void Stream_that_ends_leaves_its_session_and_its_connection()
    {
        Attach();

        _client.Complete();

        _session.ExpectMsg<DetachViewer>();
        _connection.ExpectMsg<SocketGone>();
    }

    [Fact]
    public async Task Connection_that_stops_ends_the_stream()
    {
        Sys.Stop(_connection);

        Assert.False((await _socket.PullAsync()).HasValue);
    }

    private void Attach()
    {
        _viewer.Tell(new AttachTo(Id, null));
        _sessions.ExpectMsg<AttachViewer>();
        _viewer.Tell(new ViewerAttached(Id), _session);
        _connection.ExpectMsg<ViewerAttached>();
    }

    private void Deliver(string text) => _viewer.Tell(new DeliverFrame(Id, Encoding.UTF8.GetBytes(text), 1, null), _session);

    private async Task<SocketOutput> Next() => (await _socket.PullAsync()).Value;

    private async Task<string> NextText() => Encoding.UTF8.GetString(Assert.IsType<SocketOutput.Frame>(await Next()).Utf8.Span);
}
