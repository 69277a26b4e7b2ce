using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Users;
using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Tests.Unit.Users;

/// <summary>A user with a probe for the sessions.</summary>
public sealed class UserActorTests() : TestKit(Config)
{
    private static readonly Config Config = ConfigurationFactory.ParseString(
        """
        akka.loglevel = OFF
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        akka.persistence.journal.plugin = "akka.persistence.journal.inmem"
        akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
        """
    );

    private static readonly UserId Alice = new("alice");
    private static readonly SessionId One = new("one");
    private static readonly SessionId Two = new("two");

    [Fact]
    public void Session_before_is_told_to_end_until_it_confirms()
    {
        var user = Start(out var sessions);
        Admit(user, One, "c1");
        sessions.ExpectNoMsg(TimeSpan.FromMilliseconds(50));

        Admit(user, Two, "c2");
        var end = sessions.ExpectMsg<EndSession>();
        Assert.Equal((One, Alice), (end.SessionId, end.UserId));
        Pass();
        Assert.Equal(end, sessions.ExpectMsg<EndSession>());

        sessions.Reply(new CommandAccepted(One, end.CommandId, false));
        Admit(user, Two, "c3"); // a round trip: the confirmation has arrived
        Pass();
        sessions.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void Session_before_is_told_to_end_by_the_next_life_of_the_user_too()
    {
        var user = Start(out var sessions);
        Admit(user, One, "c1");
        Admit(user, Two, "c2");
        var end = sessions.ExpectMsg<EndSession>();
        Stop(user);

        Start(sessions);

        Assert.Equal(end, sessions.ExpectMsg<EndSession>());
    }

    [Fact]
    public void Socket_that_still_looks_at_an_earlier_session_does_not_end_the_active_one()
    {
        var user = Start(out var sessions);
        Admit(user, One, "c1");
        Admit(user, Two, "c2");
        sessions.ExpectMsg<EndSession>(m => m.SessionId == One);

        Assert.Null(Admit(user, One, "c3").SentTo);

        sessions.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Assert.Equal(Two, Open(user).SessionId);
    }

    [Fact]
    public void Session_that_has_ended_is_left_for_a_fresh_id_for_good()
    {
        var user = Start(out var sessions);
        Admit(user, One, "c1");
        var fresh = Leave(user, One, "c2").SessionId;
        Assert.NotEqual(One, fresh);
        Stop(user);

        var allowed = Open(Start(sessions));

        Assert.False(allowed.IsActive);
        Assert.NotEqual(One, allowed.SessionId);
    }

    [Fact]
    public void Leaving_leads_to_the_session_that_is_active_meanwhile()
    {
        var user = Start(out _);
        Admit(user, One, "c1");
        Admit(user, Two, "c2");

        Assert.Equal(Two, Leave(user, One, "c3").SessionId);
        Assert.True(Open(user).IsActive);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Command_that_was_moved_is_sent_to_the_same_session_when_it_is_repeated(bool toOneThatIsActive)
    {
        var user = Start(out var sessions);
        Admit(user, One, "c1");
        if (toOneThatIsActive)
            Admit(user, Two, "c2");
        var target = Leave(user, One, "c3").SessionId;
        Assert.Null(Admit(user, target, "c3", moved: true).SentTo);
        Stop(user);

        // The client comes back to the first session, which is reopened, and says it again.
        user = Start(sessions);
        user.Tell(new ActivateSession(Alice, One), TestActor);
        ExpectMsg<SessionToUse>(m => m.SessionId == One);

        Assert.Equal(target, Admit(user, One, "c3").SentTo);
        Assert.Null(Admit(user, One, "c4").SentTo);
    }

    [Fact]
    public void Command_that_a_session_has_refused_for_good_may_go_elsewhere()
    {
        var user = Start(out _);
        Admit(user, One, "c1");
        var fresh = Leave(user, One, "c1").SessionId;

        Assert.Null(Admit(user, fresh, "c1", moved: true).SentTo);
    }

    [Fact]
    public void Session_that_was_reopened_replaces_the_active_one_and_is_not_ended_by_what_was_said_before()
    {
        var user = Start(out var sessions);
        Admit(user, One, "c1");
        Admit(user, Two, "c2");
        var first = sessions.ExpectMsg<EndSession>(m => m.SessionId == One);

        user.Tell(new ActivateSession(Alice, One), TestActor);
        ExpectMsg<SessionToUse>();
        sessions.ExpectMsg<EndSession>(m => m.SessionId == Two);
        Pass();
        sessions.ExpectMsg<EndSession>(m => m.SessionId == Two);
        sessions.ExpectNoMsg(TimeSpan.FromMilliseconds(50));

        Admit(user, new SessionId("three"), "c5");
        Assert.NotEqual(first.CommandId, sessions.FishForMessage<EndSession>(m => m.SessionId == One).CommandId);
    }

    [Fact]
    public void Restart_stops_the_user_so_that_its_sockets_hear_of_it()
    {
        var user = Start(CreateTestProbe(), new BrokenClock());
        Watch(user);
        Open(user);

        user.Tell(new AdmitCommand(Alice, One, new CommandId("c1"), false), TestActor);

        ExpectTerminated(user);
    }

    private IActorRef Start(out TestProbe sessions) => Start(sessions = CreateTestProbe());

    private IActorRef Start(TestProbe sessions, TimeProvider? clock = null)
    {
        var time = clock ?? TimeProvider.System;
        return Sys.ActorOf(Props.Create(() => new UserActor(Alice, sessions, new UserOptions(), new NoMetrics(), time)));
    }

    private void Stop(IActorRef user)
    {
        Watch(user);
        user.Tell(PoisonPill.Instance);
        ExpectTerminated(user);
    }

    private CommandAdmitted Admit(IActorRef user, SessionId session, string command, bool moved = false)
    {
        user.Tell(new AdmitCommand(Alice, session, new CommandId(command), true) { Moved = moved }, TestActor);
        return ExpectMsg<CommandAdmitted>(m => m.CommandId == new CommandId(command));
    }

    private SessionToUse Leave(IActorRef user, SessionId session, string command)
    {
        user.Tell(new LeaveSession(Alice, session, new CommandId(command)), TestActor);
        return ExpectMsg<SessionToUse>(m => m.InsteadOf == session);
    }

    private SocketAllowed Open(IActorRef user)
    {
        user.Tell(new OpenSocket(Alice), TestActor);
        return ExpectMsg<SocketAllowed>();
    }

    private void Pass() => ((TestScheduler)Sys.Scheduler).Advance(TimeSpan.FromSeconds(2));
}
