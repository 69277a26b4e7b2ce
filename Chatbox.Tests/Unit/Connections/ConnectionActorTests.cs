using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Microsoft.Extensions.Time.Testing;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;
using static Chatbox.Tests.Unit.Connections.ConnectionKit;

namespace Chatbox.Tests.Unit.Connections;

/// <summary>One connection with probes for its user, its sessions and its stream.</summary>
public sealed class ConnectionActorTests() : TestKit(TestTimers)
{
    private readonly FakeTimeProvider _clock = new();
    private readonly ConnectionOptions _options = new();

    [Fact]
    public void Command_is_admitted_first_and_reaches_its_session_as_the_viewers_own()
    {
        var kit = Greet(this);
        kit.FromStream(Said("c1"));

        var admit = kit.Users.ExpectMsg<AdmitCommand>();
        Assert.Equal((Id, new CommandId("c1"), true), (admit.SessionId, admit.CommandId, admit.CountsAsMessage));
        kit.Users.Reply(new CommandAdmitted(Alice, new CommandId("c1"), null) { IsActive = true, Epoch = 7 });

        var submit = kit.Sessions.ExpectMsg<SubmitMessage>();
        Assert.Equal(Permission.At(7), submit.Permission);
        Assert.Equal(kit.Viewer.Ref, kit.Sessions.LastSender);
        kit.FromStream(new CommandAccepted(Id, new CommandId("c1"), Repeated: false));
        kit.Viewer.ExpectMsg<FrameHandled>();
    }

    [Fact]
    public void Request_without_a_reply_is_repeated_under_its_id_until_the_client_is_told_that_it_failed()
    {
        var kit = Greet(this, clock: _clock);
        kit.FromStream(Said("c1"));
        var first = kit.Users.ExpectMsg<AdmitCommand>();

        Pass(_options.AskTimeout);
        Assert.Equal(first, kit.Users.ExpectMsg<AdmitCommand>());
        Pass(_options.CommandTimeout);

        var error = kit.NextFrame("error");
        Assert.Equal("c1", error.GetProperty("id").GetString());
        Assert.Equal(ErrorCode.DatabaseError, error.GetProperty("error").GetProperty("code").GetString());
        kit.Viewer.ExpectMsg<FrameHandled>();
        Pass(_options.AskTimeout);
        kit.Users.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void Repetition_of_an_accepted_command_gives_back_what_its_admission_has_counted()
    {
        var kit = Greet(this);
        kit.FromStream(Said("c1"));
        var admit = kit.Users.ExpectMsg<AdmitCommand>();
        kit.Users.Reply(new CommandAdmitted(Alice, new CommandId("c1"), null) { IsActive = true });
        kit.Sessions.ExpectMsg<SubmitMessage>();
        kit.FromStream(new CommandAccepted(Id, new CommandId("c1"), Repeated: true));

        Assert.Equal(admit.Attempt, kit.Users.ExpectMsg<ForgetCommand>().Attempt);
    }

    [Fact]
    public void Frame_that_comes_before_the_greeting_has_its_effect_after_it()
    {
        var kit = Open(this);
        kit.FromStream(new FrameArrived(new ClientFrame.Ping(null), null));
        kit.Viewer.ExpectNoMsg(TimeSpan.FromMilliseconds(50));

        kit.FromStream(new Greeted(Id));

        kit.NextFrame("pong");
        kit.Viewer.ExpectMsg<FrameHandled>();
    }

    [Fact]
    public void Message_to_a_session_that_has_ended_goes_to_the_next_one_once_the_client_is_greeted_there()
    {
        var kit = Greet(this);
        kit.FromStream(Said("c1"));
        kit.Users.ExpectMsg<AdmitCommand>();
        kit.Users.Reply(new CommandAdmitted(Alice, new CommandId("c1"), null) { Epoch = 7 });
        kit.Sessions.ExpectMsg<SubmitMessage>();
        kit.FromStream(new CommandRefused(Id, new CommandId("c1"), Refusal.Ended, null) { Ending = Ending.Expired });

        Assert.Equal(7, kit.Users.ExpectMsg<LeaveSession>().AsOf);
        kit.Users.Reply(new SessionToUse(Alice, Id, Other));
        kit.Viewer.ExpectMsg<AttachTo>(attach => attach.SessionId == Other && attach.Unanswered == new CommandId("c1"));
        kit.Users.ExpectNoMsg(TimeSpan.FromMilliseconds(50));

        kit.FromStream(new Greeted(Other));
        Assert.Equal("session_expired", kit.NextFrame("notification").GetProperty("metadata").GetProperty("reason").GetString());
        Assert.Equal(Other, kit.Users.ExpectMsg<AdmitCommand>().SessionId);
    }

    [Fact]
    public void Frame_for_another_conversation_of_the_user_is_refused_and_asked_about_at_the_gate_only()
    {
        var kit = Greet(this);
        kit.FromStream(Said("c1", Other));
        kit.Gate.ExpectMsg<GetOwnership>(query => query.SessionId == Other);
        kit.Gate.Reply(new Ownership(Other, Owned: true));

        var error = kit.NextFrame("error");
        Assert.Equal(ErrorCode.NotFound, error.GetProperty("error").GetProperty("code").GetString());
        kit.Viewer.ExpectMsg<FrameHandled>();
        kit.Sessions.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void Erased_session_is_left_and_a_frame_on_the_way_follows_to_the_next_one()
    {
        var kit = Greet(this);
        kit.FromStream(new ViewerDismissed(Id));
        kit.Users.ExpectMsg<LeaveSession>();
        kit.FromStream(Said("c1"));
        kit.Users.Reply(new SessionToUse(Alice, Id, Other));
        kit.Viewer.ExpectMsg<SendFrame>(); // what the client shows was deleted
        kit.Viewer.ExpectMsg<AttachTo>(attach => attach.SessionId == Other);

        kit.FromStream(new Greeted(Other));

        kit.Users.ExpectMsg<AdmitCommand>(admit => admit.SessionId == Other && admit.CommandId == new CommandId("c1"));
    }

    [Fact]
    public void Place_is_asked_for_again_when_the_users_actor_starts_anew()
    {
        var kit = Ask(this);
        var user = CreateTestProbe();
        kit.Connection.Tell(new SocketAllowed(Alice, Id, IsActive: false), user);
        kit.Endpoint.ExpectMsg<ConnectionOpened>();

        Sys.Stop(user);
        kit.Users.ExpectMsg<OpenSocket>();
        AwaitCondition(() =>
        {
            ((TestScheduler)Sys.Scheduler).Advance(_options.AskTimeout);
            return kit.Users.HasMessages;
        });
    }

    [Fact]
    public void Socket_beyond_the_limit_is_refused_and_leaves_nothing_behind()
    {
        var kit = Ask(this);
        Watch(kit.Connection);

        kit.Users.Reply(new SocketRefused(Alice, 10));

        Assert.Equal(10, kit.Endpoint.ExpectMsg<ConnectionRefused>().Limit);
        ExpectTerminated(kit.Connection);
    }

    [Fact]
    public void Guessed_session_is_asked_for_at_the_gate_only_and_another_one_is_given()
    {
        var kit = Ask(this, new OpenConnection(Alice, null, Other, 12, null));
        kit.Users.Reply(new SocketAllowed(Alice, Id, IsActive: false));
        kit.Gate.ExpectMsg<GetOwnership>(query => query.SessionId == Other);

        kit.Gate.Reply(new Ownership(Other, Owned: false));

        Assert.True(kit.Endpoint.ExpectMsg<ConnectionOpened>().NamedForeign);
        kit.Sessions.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void Draining_node_invites_its_clients_to_connect_again_and_then_says_nothing_more()
    {
        var kit = Greet(this);
        kit.Connections.Tell(new DrainConnections());

        Assert.Equal("reconnect", kit.NextFrame("notification").GetProperty("metadata").GetProperty("reason").GetString());
        Assert.Equal(CloseCode.GoingAway, kit.Viewer.ExpectMsg<CloseSocket>().Code);
        kit.FromStream(new FrameArrived(new ClientFrame.Ping(null), null));
        kit.Viewer.ExpectMsg<FrameHandled>();
        kit.Viewer.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void Token_that_is_not_accepted_closes_the_socket()
    {
        var kit = Greet(this);
        kit.FromStream(new FrameArrived(new ClientFrame.TokenRefresh(new CommandId("t1"), "no token"), null));

        Assert.Equal("t1", kit.NextFrame("error").GetProperty("id").GetString());
        Assert.Equal(CloseCode.TokenExpired, kit.Viewer.ExpectMsg<CloseSocket>().Code);
        kit.Viewer.ExpectMsg<FrameHandled>();
    }

    private void Pass(TimeSpan time)
    {
        _clock.Advance(time);
        ((TestScheduler)Sys.Scheduler).Advance(time);
    }
}
