using Akka.Actor;
using Akka.TestKit;
using Chatbox.Actors.Models;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;

namespace Chatbox.Tests.Unit.Models;

/// <summary>Tests that a resumed answer keeps its remaining length and time instead of starting its limits again.</summary>
public sealed class AnswerLimitsTests : ModelTestKit
{
    [Fact]
    public void Deadline_goes_on_where_the_earlier_attempts_left_it()
    {
        var session = Start(spent: Options.AnswerTimeout - TimeSpan.FromSeconds(5));
        var call = Client.NextCall();
        call.Say("still ");
        Takes(session, "still ");
        Pass(TimeSpan.FromSeconds(4));
        ExpectNothing(session);

        Pass(TimeSpan.FromSeconds(1));
        Ends(session, FinishReason.Timeout, ErrorCode.LlmTimeout);
    }

    [Fact]
    public void Answer_without_time_left_ends_and_asks_nobody()
    {
        Ends(Start(spent: Options.AnswerTimeout), FinishReason.Timeout, ErrorCode.LlmTimeout);
        Assert.Equal(0, Client.CallsWaiting);
    }

    [Fact]
    public void Length_counts_what_earlier_attempts_have_said()
    {
        var session = Start(length: Options.MaxAnswerLength - 3);
        Client.NextCall().Say("four");
        Takes(session, "fou");
        Ends(session, FinishReason.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Answer_without_room_left_ends_and_asks_nobody(int over)
    {
        Ends(Start(length: Options.MaxAnswerLength + over), FinishReason.Length);
        Assert.Equal(0, Client.CallsWaiting);
    }

    private TestProbe Start(TimeSpan spent = default, int length = 0)
    {
        var session = CreateTestProbe();
        var request = Ask("a", attempt: 1) with { Spent = spent, Length = length };
        var answer = Props.Create(() => new AnswerActor(request, session, Model(1), Client, null, Options, new NoMetrics(), Clock, null));
        CreateTestProbe().ChildActorOf(answer);
        return session;
    }
}
