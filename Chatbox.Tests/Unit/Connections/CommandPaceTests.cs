using System.Collections.Immutable;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Connections;
using Chatbox.Actors.Connections.Tokens;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Microsoft.Extensions.Time.Testing;
using static Chatbox.Actors.Connections.ConnectionProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;

namespace Chatbox.Tests.Unit.Connections;

/// <summary>A command whose user and whose session do not agree on where it belongs, with probes for both.</summary>
public sealed class CommandPaceTests() : TestKit(Timers)
{
    private const string Timers = """
        akka.loglevel = WARNING
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        """;

    private static readonly UserId Alice = new("alice");
    private static readonly SessionId Id = new("0123456789abcdef0123456789abcdef");
    private static readonly CommandId Command = new("c1");

    private readonly FakeTimeProvider _clock = new();
    private readonly ConnectionOptions _options = new();

    [Fact]
    public void Command_that_is_sent_to_and_fro_goes_on_at_the_pace_of_a_repetition()
    {
        var (users, sessions, socket, connection) = Open();
        connection.Tell(Said(), socket);

        var rounds = 0;
        while (rounds < 100 && Round(users, sessions, connection))
            rounds++;

        Assert.InRange(rounds, 1, 20);
        AwaitCondition(() =>
        {
            ((TestScheduler)Sys.Scheduler).Advance(_options.AskTimeout);
            return users.HasMessages || sessions.HasMessages;
        });
    }

    [Fact]
    public void Command_that_finds_its_session_in_the_end_is_done_and_the_next_one_is_as_fast_as_ever()
    {
        var (users, sessions, socket, connection) = Open();
        for (var n = 0; n < 5; n++)
        {
            connection.Tell(Said(), socket);
            for (var round = 0; round < 3; round++)
                Assert.True(Round(users, sessions, connection));
            users.ExpectMsg<AdmitCommand>();
            connection.Tell(new CommandAdmitted(Alice, Command, null) { IsActive = true, Epoch = 9 }, users);
            sessions.ExpectMsg<SubmitMessage>();
            connection.Tell(new CommandAccepted(Id, Command, Repeated: false), sessions);
            socket.ExpectMsg<FrameHandled>();
        }
    }

    /// <summary>The user lets the command in, and the session refuses it; false if the connection waits before it asks again.</summary>
    private static bool Round(TestProbe users, TestProbe sessions, IActorRef connection)
    {
        if (users.ReceiveOne(TimeSpan.FromMilliseconds(300)) is not AdmitCommand)
            return false;
        connection.Tell(new CommandAdmitted(Alice, Command, null) { IsActive = true, Epoch = 1 }, users);
        if (sessions.ReceiveOne(TimeSpan.FromMilliseconds(300)) is not SubmitMessage)
            return false;
        connection.Tell(new CommandRefused(Id, Command, Refusal.Ended, null) { Ending = Ending.Reopenable }, sessions);
        return true;
    }

    private (TestProbe Users, TestProbe Sessions, TestProbe Socket, IActorRef Connection) Open()
    {
        var (users, sessions, socket) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        var with = new ConnectionDependencies(users, sessions, _options, new NoTokens(), new NoMetrics(), _clock) { Gate = sessions };
        Sys.ActorOf(Props.Create(() => new ConnectionsActor(with))).Tell(new OpenConnection(Alice, null, null, null, null), TestActor);
        users.ExpectMsg<OpenSocket>();
        users.Reply(new SocketAllowed(Alice, Id, IsActive: false));
        var connection = ExpectMsg<ConnectionOpened>().Connection;
        connection.Tell(new SocketReady(), socket);
        socket.ExpectMsg<AttachTo>();
        connection.Tell(new Greeted(Id), socket);
        return (users, sessions, socket, connection);
    }

    private static FrameArrived Said() =>
        new(new ClientFrame.UserMessage(Command, "hello", ImmutableSortedDictionary<string, string>.Empty, null), null);

    private sealed class NoTokens : ITokenVerifier
    {
        public Task<VerifiedToken?> Verify(string token) => throw new NotSupportedException();
    }
}
