using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Connections;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Actors.Connections.Socket;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Microsoft.Extensions.Time.Testing;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Tests.Unit.Connections;

/// <summary>A socket whose session stops again and again, with probes for users and sessions.</summary>
public sealed class ReattachmentTests() : TestKit(Timers)
{
    private const string Timers = """
        akka.loglevel = WARNING
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        """;

    private static readonly UserId Alice = new("alice");
    private static readonly SessionId Id = new("0123456789abcdef0123456789abcdef");

    private readonly FakeTimeProvider _clock = new();
    private readonly ConnectionOptions _options = new();

    [Fact]
    public void Session_that_is_gone_is_attached_to_anew_at_once()
    {
        var sessions = Open();
        var life = Attach(sessions);
        _clock.Advance(_options.AskTimeout);

        Sys.Stop(life);

        sessions.ExpectMsg<AttachViewer>(attach => attach.SessionId == Id && attach.Attachment == 2);
    }

    [Fact]
    public void Session_that_ends_as_soon_as_it_is_looked_at_is_not_tried_as_fast_as_it_ends()
    {
        var sessions = Open();
        Sys.Stop(Attach(sessions));
        Sys.Stop(Attach(sessions, 2)); // once is ordinary

        sessions.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        AwaitCondition(() =>
        {
            ((TestScheduler)Sys.Scheduler).Advance(_options.AskTimeout);
            return sessions.HasMessages;
        });
        Assert.Equal(3, sessions.ExpectMsg<AttachViewer>().Attachment);
    }

    /// <summary>Opens a socket, and returns the region of sessions to which the socket attaches.</summary>
    private TestProbe Open()
    {
        var (users, sessions) = (CreateTestProbe(), CreateTestProbe());
        var with = new ConnectionDependencies(users, sessions, _options, new ConnectionKit.NoTokens(), new NoMetrics(), _clock)
        {
            Gate = sessions,
        };
        Sys.ActorOf(Props.Create(() => new ConnectionsActor(with))).Tell(new OpenConnection(Alice, null, null, null, null), TestActor);
        users.ExpectMsg<OpenSocket>();
        users.Reply(new SocketAllowed(Alice, Id, IsActive: false));
        var opened = ExpectMsg<ConnectionOpened>();
        _ = ConnectionSocket.Run(Sys, new FakeSocket(), opened, _options, new NoMetrics(), _clock);
        return sessions;
    }

    private IActorRef Attach(TestProbe sessions, int attachment = 1)
    {
        sessions.ExpectMsg<AttachViewer>(attach => attach.Attachment == attachment);
        var life = CreateTestProbe();
        sessions.LastSender.Tell(new ViewerAttached(Id), life);
        return life;
    }
}
