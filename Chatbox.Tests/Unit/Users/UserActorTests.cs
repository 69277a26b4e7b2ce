using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Telemetry;
using Chatbox.Actors.Users;
using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Tests.Unit.Users;

/// <summary>The user actor with a probe for the session region.</summary>
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
    public void Session_before_is_retired_before_another_one_becomes_active_and_is_asked_until_it_replies()
    {
        var user = Start(out var sessions);
        Activate(user, One);
        sessions.ExpectNoMsg(TimeSpan.FromMilliseconds(50));

        user.Tell(new ActivateSession(Alice, Two), TestActor);
        var retire = sessions.ExpectMsg<RetireSession>();
        Assert.Equal((One, Alice, 2L, false), (retire.SessionId, retire.UserId, retire.Epoch, retire.OnlyIfEnded));
        ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Pass();
        Assert.Equal(retire, sessions.ExpectMsg<RetireSession>());

        sessions.Reply(new SessionRetired(One, retire.Question, Retirement.Retired));
        Assert.Equal((Two, 2L), ExpectMsg<SessionToUse>() is var use ? (use.SessionId, use.Epoch) : default);
        Assert.Equal((Two, true, 2L), Open(user) is var allowed ? (allowed.SessionId, allowed.IsActive, allowed.Epoch) : default);
        Pass();
        sessions.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void Requests_that_come_while_a_session_is_retired_are_decided_after_that()
    {
        var user = Start(out var sessions);
        Activate(user, One);
        user.Tell(new ActivateSession(Alice, Two), TestActor);
        var retire = sessions.ExpectMsg<RetireSession>();

        user.Tell(new AdmitCommand(Alice, One, new CommandId("c1"), true), TestActor);
        ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        sessions.Reply(new SessionRetired(One, retire.Question, Retirement.Retired));

        ExpectMsg<SessionToUse>();
        Assert.False(ExpectMsg<CommandAdmitted>().IsActive);
    }

    [Fact]
    public void Command_that_a_retired_session_knows_is_sent_there_by_every_incarnation()
    {
        var user = Start(out var sessions);
        Activate(user, One);
        Retire(user, sessions, Two, One, "c1");
        Stop(user);
        user = Start(sessions);

        var admitted = Admit(user, Two, "c1");

        Assert.Equal((One, false), (admitted.SentTo, admitted.Follow));
        Assert.True(Admit(user, Two, "c2").IsActive);
        Assert.True(Admit(user, Two, "c1", notIn: One, asOf: admitted.Epoch).IsActive);
    }

    [Fact]
    public void Command_that_the_active_session_knows_does_not_make_another_one_active()
    {
        var user = Start(out var sessions);
        Activate(user, One);
        user.Tell(new AdmitCommand(Alice, Two, new CommandId("c1"), true) { Reopens = true, AsOf = 1 }, TestActor);
        var retire = sessions.ExpectMsg<RetireSession>();
        Assert.Equal(new CommandId("c1"), retire.UnlessKnown);

        sessions.Reply(new SessionRetired(One, retire.Question, Retirement.KnowsCommand));

        Assert.Equal((One, true), ExpectMsg<CommandAdmitted>() is var admitted ? (admitted.SentTo, admitted.Follow) : default);
        Assert.Equal(One, Open(user).SessionId);
    }

    [Fact]
    public void Socket_that_looks_at_an_earlier_session_may_only_repeat_until_the_session_says_that_it_can_be_reopened()
    {
        var user = Start(out var sessions);
        Activate(user, One);
        Retire(user, sessions, Two, One);

        var first = Admit(user, One, "c3");
        Assert.False(first.IsActive);
        sessions.ExpectNoMsg(TimeSpan.FromMilliseconds(50));

        user.Tell(new AdmitCommand(Alice, One, new CommandId("c3"), true) { Reopens = true, AsOf = first.Epoch }, TestActor);
        var retire = sessions.ExpectMsg<RetireSession>(m => m.SessionId == Two);
        sessions.Reply(new SessionRetired(Two, retire.Question, Retirement.Retired));
        Assert.True(ExpectMsg<CommandAdmitted>().IsActive);
        Assert.Equal(One, Open(user).SessionId);
    }

    [Fact]
    public void Sockets_without_a_session_share_one_id_over_all_incarnations_and_follow_the_session_that_it_becomes()
    {
        var user = Start(out var sessions);
        var fresh = Open(user).SessionId;
        Stop(user);
        user = Start(sessions);
        Assert.Equal(fresh, Open(user).SessionId);

        Assert.True(Admit(user, fresh, "c1").IsActive);
        Stop(user);
        user = Start(sessions);

        Assert.True(Admit(user, fresh, "c2").IsActive);
        sessions.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void Command_to_a_fresh_id_goes_to_the_session_that_is_active_meanwhile()
    {
        var user = Start(out var sessions);
        var fresh = Open(user).SessionId;
        Activate(user, One);

        var admitted = Admit(user, fresh, "c1");

        Assert.Equal((One, true), (admitted.SentTo, admitted.Follow));
        sessions.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void Session_is_not_retired_before_the_command_that_made_it_active_has_arrived_or_had_its_time()
    {
        var user = Start(out var sessions);
        var fresh = Open(user).SessionId;
        Admit(user, fresh, "c1");
        user.Tell(new ActivateSession(Alice, Two), TestActor);
        var retire = sessions.ExpectMsg<RetireSession>(m => m.Expecting == new CommandId("c1"));
        sessions.Reply(new SessionRetired(fresh, retire.Question, Retirement.Expecting));
        sessions.ExpectNoMsg(TimeSpan.FromMilliseconds(50));

        Pass();

        Assert.Null(sessions.ExpectMsg<RetireSession>(m => m.Question == retire.Question).Expecting);
        sessions.Reply(new SessionRetired(fresh, retire.Question, Retirement.Retired));
        Assert.Equal(Two, ExpectMsg<SessionToUse>().SessionId);
    }

    [Fact]
    public void Late_repetition_of_a_request_to_reopen_a_session_changes_nothing()
    {
        var user = Start(out var sessions);
        Activate(user, One);
        Retire(user, sessions, Two, One, "c1");

        user.Tell(new AdmitCommand(Alice, One, new CommandId("c1"), true) { Reopens = true, AsOf = 1 }, TestActor);

        Assert.False(ExpectMsg<CommandAdmitted>().IsActive);
        sessions.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Assert.Equal(Two, Open(user).SessionId);
    }

    [Fact]
    public void Stop_makes_no_session_active()
    {
        var user = Start(out var sessions);
        Activate(user, One);

        user.Tell(new AdmitCommand(Alice, Two, new CommandId("s"), false) { NeverActivates = true }, TestActor);

        Assert.False(ExpectMsg<CommandAdmitted>().IsActive);
        sessions.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Assert.Equal(One, Open(user).SessionId);
    }

    [Fact]
    public void Session_that_has_ended_is_left_for_a_fresh_id_for_good()
    {
        var user = Start(out var sessions);
        Activate(user, One);

        user.Tell(new LeaveSession(Alice, One, null) { AsOf = 1 }, TestActor);
        var retire = sessions.ExpectMsg<RetireSession>(m => m.OnlyIfEnded);
        sessions.Reply(new SessionRetired(One, retire.Question, Retirement.Retired));
        var fresh = ExpectMsg<SessionToUse>().SessionId;
        Assert.NotEqual(One, fresh);
        Stop(user);

        var allowed = Open(Start(sessions));
        Assert.Equal((fresh, false), (allowed.SessionId, allowed.IsActive));
    }

    [Fact]
    public void Session_that_was_reopened_since_is_not_left()
    {
        var user = Start(out var sessions);
        Activate(user, One);

        // The session reports it.
        user.Tell(new LeaveSession(Alice, One, null) { AsOf = 1 }, TestActor);
        var retire = sessions.ExpectMsg<RetireSession>();
        sessions.Reply(new SessionRetired(One, retire.Question, Retirement.StillOpen));
        Assert.Equal(One, ExpectMsg<SessionToUse>().SessionId);

        // The user reports it.
        Retire(user, sessions, Two, One);
        Retire(user, sessions, One, Two);
        user.Tell(new LeaveSession(Alice, One, null) { AsOf = 1 }, TestActor);
        Assert.Equal(One, ExpectMsg<SessionToUse>().SessionId);
        sessions.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void Leaving_leads_to_the_session_that_is_active_meanwhile()
    {
        var user = Start(out var sessions);
        Activate(user, One);
        Retire(user, sessions, Two, One);

        user.Tell(new LeaveSession(Alice, One, new CommandId("c3")) { AsOf = 2 }, TestActor);

        Assert.Equal(Two, ExpectMsg<SessionToUse>(m => m.InsteadOf == One).SessionId);
        Assert.True(Open(user).IsActive);
    }

    [Fact]
    public void Active_session_that_has_refused_its_permission_gets_a_later_one()
    {
        var user = Start(out _);
        Activate(user, One);

        user.Tell(new AdmitCommand(Alice, One, new CommandId("c1"), true) { Reopens = true, AsOf = 1 }, TestActor);

        Assert.Equal((true, 2L), ExpectMsg<CommandAdmitted>() is var admitted ? (admitted.IsActive, admitted.Epoch) : default);
    }

    [Fact]
    public void Restart_stops_the_user_so_that_its_sockets_hear_of_it()
    {
        var user = Start(CreateTestProbe(), new BrokenClock());
        Watch(user);
        Open(user);

        user.Tell(new ActivateSession(Alice, One), TestActor);

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

    private void Activate(IActorRef user, SessionId session)
    {
        user.Tell(new ActivateSession(Alice, session), TestActor);
        ExpectMsg<SessionToUse>(m => m.SessionId == session);
    }

    /// <summary>Makes a session active in place of another one, which knows some commands.</summary>
    private void Retire(IActorRef user, TestProbe sessions, SessionId next, SessionId before, params string[] knows)
    {
        user.Tell(new ActivateSession(Alice, next), TestActor);
        var retire = sessions.ExpectMsg<RetireSession>(m => m.SessionId == before);
        sessions.Reply(
            new SessionRetired(before, retire.Question, Retirement.Retired)
            {
                Commands = [.. knows.Select(c => CommandDigest.Of(new CommandId(c)))],
            }
        );
        ExpectMsg<SessionToUse>(m => m.SessionId == next);
    }

    private CommandAdmitted Admit(IActorRef user, SessionId session, string command, SessionId? notIn = null, long? asOf = null)
    {
        user.Tell(new AdmitCommand(Alice, session, new CommandId(command), true) { NotIn = notIn, AsOf = asOf }, TestActor);
        return ExpectMsg<CommandAdmitted>(m => m.CommandId == new CommandId(command));
    }

    private SocketAllowed Open(IActorRef user)
    {
        user.Tell(new OpenSocket(Alice), TestActor);
        return ExpectMsg<SocketAllowed>();
    }

    private void Pass() => ((TestScheduler)Sys.Scheduler).Advance(TimeSpan.FromSeconds(1));
}
