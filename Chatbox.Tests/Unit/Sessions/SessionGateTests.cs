using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Gate;
using Chatbox.Actors.Index;
using Chatbox.Messages;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Tests.Unit.Sessions;

/// <summary>The gate between a scripted index and probes for both regions.</summary>
public sealed class SessionGateTests : TestKit
{
    private static readonly SessionId Session = SessionId.New();
    private static readonly UserId Alice = new("alice");
    private static readonly CommandId Command = new("c1");

    private readonly MemorySessionIndex _index = new();
    private readonly TestProbe _sessions;
    private readonly TestProbe _users;

    public SessionGateTests() => (_sessions, _users) = (CreateTestProbe(), CreateTestProbe());

    public static TheoryData<string> Kinds => ["ask", "end", "rename", "erase"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Session_that_only_the_user_knows_is_asked(string kind)
    {
        Ask(kind, known: true);

        Assert.Equal(Message(kind), _sessions.ExpectMsg<object>());
        Assert.Equal(TestActor, _sessions.LastSender);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Session_that_only_the_index_knows_is_asked(string kind)
    {
        await Index(Alice);
        Ask(kind, known: false);

        Assert.Equal(Message(kind), _sessions.ExpectMsg<object>());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Session_that_nobody_knows_is_not_woken(string kind)
    {
        Ask(kind, known: false);

        ExpectRefusal(kind);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Session_of_somebody_else_is_not_woken(string kind)
    {
        await Index(new UserId("bob"));
        Ask(kind, known: false);

        ExpectRefusal(kind);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Session_is_asked_while_the_index_is_down(string kind)
    {
        _index.GoDown();
        Ask(kind, known: false);

        Assert.Equal(Message(kind), _sessions.ExpectMsg<object>());
    }

    [Fact]
    public async Task Admin_erases_what_is_anybodys_and_no_guess()
    {
        var gate = Gate();
        gate.Tell(new EraseSession(Session, Command, Alice, ByAdmin: true), TestActor);
        Assert.Equal(Refusal.NotFound, ExpectMsg<CommandRefused>().Reason);

        await Index(new UserId("bob"));
        gate.Tell(new EraseSession(Session, Command, Alice, ByAdmin: true), TestActor);
        _sessions.ExpectMsg<EraseSession>();
    }

    [Fact]
    public async Task Repeated_erasure_reaches_the_session_when_the_index_has_forgotten_it()
    {
        await Index(Alice);
        var gate = Gate();
        var erase = new EraseSession(Session, Command, Alice, ByAdmin: true);
        gate.Tell(erase, TestActor);
        _sessions.ExpectMsg(erase);
        await _index.Erase(Session, CancellationToken.None);

        gate.Tell(erase, TestActor);

        _sessions.ExpectMsg(erase);
        Assert.Equal(TestActor, _sessions.LastSender);
        gate.Tell(erase with { CommandId = new CommandId("c2") }, TestActor);
        Assert.Equal(Refusal.NotFound, ExpectMsg<CommandRefused>().Reason);
    }

    private void Ask(string kind, bool known)
    {
        Gate().Tell(Message(kind), TestActor);
        Assert.Equal(new GetSessionKnown(Alice, Session), _users.ExpectMsg<GetSessionKnown>());
        _users.Reply(new SessionKnown(Alice, Session, known));
    }

    private void ExpectRefusal(string kind)
    {
        if (kind == "ask")
            Assert.Equal(new Ownership(Session, false), ExpectMsg<Ownership>());
        else
            Assert.Equal(new CommandRefused(Session, Command, Refusal.NotFound, null), ExpectMsg<CommandRefused>());
        _sessions.ExpectNoMsg(TimeSpan.Zero);
    }

    private static object Message(string kind) =>
        kind switch
        {
            "ask" => new GetOwnership(Session, Alice),
            "end" => new EndSession(Session, Command, Alice),
            "rename" => new RenameSession(Session, Command, Alice, "Name"),
            _ => new EraseSession(Session, Command, Alice, false),
        };

    private IActorRef Gate() => Sys.ActorOf(Props.Create(() => new SessionGateActor(_index, _sessions, _users, TimeSpan.FromSeconds(30))));

    private Task Index(UserId owner)
    {
        var at = DateTimeOffset.UnixEpoch;
        var summary = new SessionSummary(
            Session,
            owner,
            "New Chat",
            new ModelId("one"),
            at,
            null,
            at,
            0,
            0,
            TimeSpan.Zero,
            TimeSpan.Zero,
            0
        );
        return _index.Apply([new SessionUpdate(1, summary, [], [])], CancellationToken.None);
    }
}
