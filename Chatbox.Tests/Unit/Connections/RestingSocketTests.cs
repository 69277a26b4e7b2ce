using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Connections;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Actors.Connections.Socket;
using Chatbox.Actors.Sessions.Viewers;
using Chatbox.Actors.Telemetry;
using Microsoft.Extensions.Time.Testing;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;
using static Chatbox.Tests.Unit.Connections.ConnectionKit;

namespace Chatbox.Tests.Unit.Connections;

/// <summary>A socket that stays while its session rests, with probes for users, sessions and the shard.</summary>
public sealed class RestingSocketTests : TestKit
{
    private readonly ConnectionOptions _options = new();
    private readonly RestingViewers _resting = new();
    private readonly TestProbe _users;
    private readonly TestProbe _sessions;
    private readonly TestProbe _shard;
    private readonly FakeSocket _socket = new();
    private readonly IActorRef _viewer;
    private readonly TestProbe _life;

    public RestingSocketTests()
        : base(TestTimers)
    {
        (_users, _sessions, _shard, _life) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        var clock = new FakeTimeProvider();
        var with = new ConnectionDependencies(_users, _sessions, _options, new NoTokens(), new NoMetrics(), clock)
        {
            Gate = _sessions,
            Resting = _resting,
        };
        Sys.ActorOf(Props.Create(() => new ConnectionsActor(with))).Tell(new OpenConnection(Alice, null, null, null, null), TestActor);
        _users.ExpectMsg<OpenSocket>();
        _users.Reply(new SocketAllowed(Alice, Id, IsActive: false));
        _ = ConnectionSocket.Run(Sys, _socket, ExpectMsg<ConnectionOpened>(), _options, new NoMetrics(), clock);
        _sessions.ExpectMsg<AttachViewer>();
        _viewer = _sessions.LastSender;
        _viewer.Tell(new ViewerAttached(Id) { Attachment = 1 }, _life);
        Deliver(_life, "hello", 3);
    }

    [Fact]
    public async Task Session_that_rests_is_left_in_peace_and_goes_on_with_the_socket_when_it_wakes()
    {
        Assert.Equal("hello", await _socket.NextSent());
        Rest();
        _sessions.ExpectNoMsg(TimeSpan.FromMilliseconds(100));

        var next = Wake();
        Deliver(next, "more", 4);
        Assert.Equal("more", await _socket.NextSent());

        // And it is watched as before.
        Sys.Stop(next);
        Assert.Equal((2, 4L), _sessions.ExpectMsg<AttachViewer>() is var again ? (again.Attachment, again.LastSeq) : default);
    }

    [Fact]
    public async Task Socket_attaches_again_when_the_shard_goes_to_another_node()
    {
        Assert.Equal("hello", await _socket.NextSent());
        Rest();
        _sessions.ExpectNoMsg(TimeSpan.FromMilliseconds(100));

        Sys.Stop(_shard);

        Assert.Equal((2, 3L), _sessions.ExpectMsg<AttachViewer>() is var again ? (again.Attachment, again.LastSeq) : default);
        Assert.Null(_resting.ShardOf(Id, _viewer));
    }

    [Fact]
    public async Task Shard_that_is_gone_before_the_socket_hears_of_the_rest_is_noticed_too()
    {
        Assert.Equal("hello", await _socket.NextSent());
        Watch(_shard);
        Sys.Stop(_shard);
        ExpectTerminated(_shard);

        Rest();

        Assert.Equal(2, _sessions.ExpectMsg<AttachViewer>().Attachment);
    }

    [Fact]
    public async Task Frames_of_an_incarnation_that_does_not_know_the_socket_are_for_nobody()
    {
        Assert.Equal("hello", await _socket.NextSent());
        Rest();
        var stranger = CreateTestProbe();
        _viewer.Tell(new RestingViewers.ViewerResumed(Id, 7), stranger);
        Deliver(stranger, "not for us", 9);

        Deliver(Wake(), "more", 4);

        Assert.Equal("more", await _socket.NextSent());
    }

    [Fact]
    public void Socket_that_ends_rests_no_longer()
    {
        Rest();
        Watch(_viewer);

        _socket.ArriveClose();

        ExpectTerminated(_viewer);
        Assert.Empty(_resting.Wake(Id));
    }

    [Fact]
    public async Task Somebody_who_types_wakes_the_session_that_rests()
    {
        Assert.Equal("hello", await _socket.NextSent());
        Rest();
        _sessions.ExpectNoMsg(TimeSpan.FromMilliseconds(100));

        _socket.Arrive("""{"type":"typing_indicator","content":"start"}""");

        Assert.True(_sessions.ExpectMsg<ShowTyping>().Typing);
        Assert.Equal(_viewer, _sessions.LastSender);
    }

    private void Rest()
    {
        var at = new AttachViewer(Id, Alice, 1, 3, null, null);
        _resting.Rest(Id, _shard, [new RestingViewers.Viewer(_viewer, at, 0)]);
        Sys.Stop(_life);
    }

    private TestProbe Wake()
    {
        var next = CreateTestProbe();
        Assert.Single(_resting.Wake(Id));
        _viewer.Tell(new RestingViewers.ViewerResumed(Id, 1), next);
        return next;
    }

    private void Deliver(IActorRef session, string text, long seq) =>
        _viewer.Tell(new DeliverFrame(Id, System.Text.Encoding.UTF8.GetBytes(text), seq, null), session);
}
