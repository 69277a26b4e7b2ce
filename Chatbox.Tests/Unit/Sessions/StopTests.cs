using Akka.Actor;
using Akka.TestKit.Xunit2;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.SessionProtocol;
using static Chatbox.Tests.Unit.Sessions.SessionKit;

namespace Chatbox.Tests.Unit.Sessions;

/// <summary>Promise once: a stop ends the answer that was meant, and no later one.</summary>
public sealed class StopTests() : TestKit($"akka.loglevel = OFF\n{Store}")
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Stop_before_the_first_message_does_not_stop_its_answer_when_it_is_repeated(bool afterACrash)
    {
        var (models, index) = (CreateTestProbe(), CreateTestProbe());
        var session = Sys.ActorOf(Session(With(models, index)));
        session.Tell(Stop("s1"), TestActor);
        Assert.False(ExpectMsg<CommandAccepted>().Repeated);
        if (afterACrash)
        {
            this.Crash(session);
            session = Sys.ActorOf(Session(With(models, index)));
        }

        session.Tell(Say("c1", "Hello"), TestActor);
        ExpectMsg<CommandAccepted>();
        models.ExpectMsg<StartAnswer>();
        session.Tell(Stop("s1"), TestActor);

        Assert.True(ExpectMsg<CommandAccepted>().Repeated);
        models.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void Stop_before_the_first_message_opens_no_session()
    {
        var index = CreateTestProbe();
        var session = Sys.ActorOf(Session(With(CreateTestProbe(), index)));
        session.Tell(Stop("s1"), TestActor);
        ExpectMsg<CommandAccepted>();
        session.Tell(new GetOwnership(Id, Alice), TestActor);

        Assert.False(ExpectMsg<Ownership>().Owned);
        index.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Assert.IsType<NothingToStop>(Assert.Single(this.Journaled()));
    }

    [Fact]
    public void Stop_that_names_its_answer_or_message_stops_that_one_and_not_the_next()
    {
        var models = CreateTestProbe();
        var session = Sys.ActorOf(Session(With(models, Sys.ActorOf(Props.Create<AcknowledgingIndex>()))));
        session.Tell(Say("c1", "First"), TestActor);
        session.Tell(Say("c2", "Second"), TestActor);
        ExpectMsg<CommandAccepted>();
        ExpectMsg<CommandAccepted>();
        var first = models.ExpectMsg<StartAnswer>();
        models.Reply(new AnswerEnded(first.AnswerId, first.Attempt, FinishReason.Stop, null, null, null));
        var second = models.ExpectMsg<StartAnswer>();

        // The client has not seen the end of the first answer yet.
        session.Tell(Stop("s1", first.AnswerId), TestActor);
        Assert.False(ExpectMsg<CommandAccepted>().Repeated);
        models.ExpectNoMsg(TimeSpan.FromMilliseconds(50));

        session.Tell(Stop("s2", second.AnswerId), TestActor);
        Assert.Equal(second.AnswerId, models.ExpectMsg<CancelAnswer>().AnswerId);
        ExpectMsg<CommandAccepted>();

        session.Tell(Say("c3", "Third"), TestActor);
        ExpectMsg<CommandAccepted>();
        var third = models.ExpectMsg<StartAnswer>();
        session.Tell(Stop("s3", QuestionOf("Third")), TestActor);
        Assert.Equal(third.AnswerId, models.ExpectMsg<CancelAnswer>().AnswerId);
    }

    private MessageId QuestionOf(string content) =>
        this.Journaled().OfType<MessageSubmitted>().Single(message => message.Content == content).MessageId;

    private static StopAnswer Stop(string id, MessageId? message = null) => new(Id, new CommandId(id), true, Alice) { MessageId = message };
}
