using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Messages;
using static Chatbox.Actors.Connections.Protocol.ConnectionProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Messages.Users.UserProtocol;
using static Chatbox.Tests.Unit.Connections.ConnectionKit;

namespace Chatbox.Tests.Unit.Connections;

/// <summary>A command on whose session its user's actor and the session do not agree, with probes for both.</summary>
public sealed class CommandPaceTests() : TestKit(TestTimers)
{
    private static readonly CommandId Command = new("c1");

    private readonly ConnectionOptions _options = new();

    [Fact]
    public void Command_that_is_sent_to_and_fro_goes_on_at_the_pace_of_a_repetition()
    {
        var kit = Greet(this);
        kit.FromStream(Said("c1"));

        var rounds = 0;
        while (rounds < 100 && Round(kit))
            rounds++;

        Assert.InRange(rounds, 1, 20);
        AwaitCondition(() =>
        {
            ((TestScheduler)Sys.Scheduler).Advance(_options.AskTimeout);
            return kit.Users.HasMessages || kit.Sessions.HasMessages;
        });
    }

    [Fact]
    public void Command_that_finds_its_session_in_the_end_is_done_and_the_next_one_is_as_fast_as_ever()
    {
        var kit = Greet(this);
        for (var n = 0; n < 5; n++)
        {
            kit.FromStream(Said("c1"));
            for (var round = 0; round < 3; round++)
                Assert.True(Round(kit));
            kit.Users.ExpectMsg<AdmitCommand>();
            kit.Connection.Tell(new CommandAdmitted(Alice, Command, null) { IsActive = true, Epoch = 9 }, kit.Users);
            kit.Sessions.ExpectMsg<SubmitMessage>();
            kit.Connection.Tell(new CommandAccepted(Id, Command, Repeated: false), kit.Sessions);
            kit.Viewer.ExpectMsg<FrameHandled>();
        }
    }

    /// <summary>The user lets the command in, and the session refuses it; false if the connection waits before it asks again.</summary>
    private static bool Round(ConnectionKit kit)
    {
        if (kit.Users.ReceiveOne(TimeSpan.FromMilliseconds(300)) is not AdmitCommand)
            return false;
        kit.Connection.Tell(new CommandAdmitted(Alice, Command, null) { IsActive = true, Epoch = 1 }, kit.Users);
        if (kit.Sessions.ReceiveOne(TimeSpan.FromMilliseconds(300)) is not SubmitMessage)
            return false;
        kit.Connection.Tell(new CommandRefused(Id, Command, Refusal.Ended, null) { Ending = Ending.Reopenable }, kit.Sessions);
        return true;
    }
}
