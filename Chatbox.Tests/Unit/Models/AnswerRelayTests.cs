using Akka.Actor;
using Akka.TestKit;
using Chatbox.Actors.Models;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using Microsoft.Extensions.AI;
using static Chatbox.Actors.Models.ModelProtocol;
using static Chatbox.Messages.Sessions.RelayProtocol;

namespace Chatbox.Tests.Unit.Models;

/// <summary>Promise one-answer: the provider's stream goes on at the node that its session has left.</summary>
public sealed class AnswerRelayTests : ModelTestKit
{
    private static readonly MessageId Answer = new("a");

    private readonly FakeNodes _nodes = new();
    private readonly IActorRef _models;
    private readonly IActorRef _relays;
    private readonly TestProbe _old;

    public AnswerRelayTests()
    {
        var options = Options with { Models = [Model(maxConcurrent: 1)], PieceInterval = TimeSpan.Zero };
        _models = Sys.ActorOf(Props.Create(() => new ModelsActor(options, _ => Client, null, Incidents, new NoMetrics(), Clock)));
        _relays = Sys.ActorOf(Props.Create(() => new AnswerRelaysActor(_models, _nodes)));
        _old = CreateTestProbe();
    }

    [Fact]
    public void Rest_of_the_answer_comes_in_order_and_once_to_the_session_that_attaches()
    {
        var call = Ask();
        call.Say("one ");
        Takes(_old, "one ");
        Leaves(4);
        call.Say("two ");
        call.Say("three");
        call.Finish();

        var session = Attach(4);
        Assert.Equal("two three", TakeText(session, "two three".Length));
        var end = session.ExpectMsg<RelayedPart>();
        Assert.Equal(FinishReason.Stop, end.End!.Reason);
        Confirm(session, end);
        Watch(session.LastSender);
        ExpectTerminated(session.LastSender);
        ExpectNothing(_old);
    }

    [Fact]
    public void Piece_that_the_session_did_not_take_comes_again_and_one_that_it_took_does_not()
    {
        var call = Ask();
        call.Say("one ");
        _old.ExpectMsg<AnswerPiece>();
        Leaves(0);

        var session = Attach(0);
        Assert.Equal("one ", session.ExpectMsg<RelayedPart>().Text);

        // It was taken and journaled, but the session moves on before it confirms.
        var third = Attach(4);
        ExpectNothing(third);
        call.Say("two");
        var part = third.ExpectMsg<RelayedPart>();
        Assert.Equal((1, "two"), (part.Number, part.Text));
    }

    [Fact]
    public void Part_is_repeated_until_it_is_confirmed()
    {
        var call = Ask();
        Leaves(0);
        var session = Attach(0);
        call.Say("one");
        var first = session.ExpectMsg<RelayedPart>();
        PassUntil(TimeSpan.FromSeconds(1), () => session.HasMessages);
        Assert.Equal(first, session.ExpectMsg<RelayedPart>());
        Confirm(session, first);
        Confirm(session, first);
        call.Say("two");
        Assert.Equal("two", session.FishForMessage<RelayedPart>(part => part.Number == 2).Text);
    }

    [Fact]
    public async Task Session_that_cancels_ends_the_providers_stream_and_frees_its_slot()
    {
        var call = Ask();
        Leaves(0);
        var session = Attach(0);
        session.Send(session.LastSender, new CancelRelay(Answer, 0));
        await Soon(call.Cancelled);
        CreateTestProbe().Send(_models, Ask("next"));
        Assert.Equal("next", Client.NextCall().Messages[0].Text);
    }

    [Fact]
    public async Task Session_with_other_text_goes_on_by_itself_and_the_stream_ends()
    {
        var call = Ask();
        call.Say("one ");
        Takes(_old, "one ");
        Leaves(4);
        var session = CreateTestProbe();
        session.Send(_relays, new AttachAnswer(Answer, 0, 3));
        session.ExpectMsg<AnswerGone>();
        await Soon(call.Cancelled);
    }

    [Fact]
    public void Replacement_on_its_way_is_not_handed_over()
    {
        var call = Ask();
        call.Say("bad");
        Takes(_old, "bad");
        call.Send(new ChatResponseUpdate(ChatRole.Assistant, "ok!") { AdditionalProperties = new() { [ModelCall.Replace] = true } });
        Assert.True(_old.ExpectMsg<AnswerPiece>().Replaces);
        _old.Send(_relays, new LeaveAnswer(Answer, 0, new ModelId("m"), 3));
        _old.ExpectMsg<AnswerStays>();
    }

    [Fact]
    public void Nobody_attaches_and_the_stream_ends()
    {
        var call = Ask();
        Leaves(0);
        PassUntil(AnswerRelaysActor.LongestWait, () => call.Cancelled.IsCompleted);
        var late = CreateTestProbe();
        AwaitAssert(() =>
        {
            late.Send(_relays, new AttachAnswer(Answer, 0, 0));
            late.ExpectMsg<AnswerGone>();
        });
    }

    [Fact]
    public void Answer_that_has_ended_or_waits_for_its_turn_stays()
    {
        Ask();
        var second = CreateTestProbe();
        second.Send(_models, Ask("b"));
        second.Send(_relays, new LeaveAnswer(new MessageId("b"), 0, new ModelId("m"), 0));
        second.ExpectMsg<AnswerStays>();
        second.Send(_relays, new LeaveAnswer(new MessageId("unknown"), 0, new ModelId("m"), 0));
        second.ExpectMsg<AnswerStays>();
    }

    [Fact]
    public async Task Node_waits_for_its_streams_and_hands_on_what_takes_too_long()
    {
        var call = Ask();
        Leaves(0);
        var session = Attach(0);
        var drain = CreateTestProbe();
        drain.Send(_relays, new AnswerRelaysActor.DrainRelays(TimeSpan.FromSeconds(5)));
        ExpectNothing(drain);
        call.Say("half");
        Confirm(session, session.ExpectMsg<RelayedPart>());

        PassUntil(TimeSpan.FromSeconds(5), () => session.HasMessages);
        session.ExpectMsg<AnswerGone>();
        drain.ExpectMsg<AnswerRelaysActor.RelaysDrained>();
        await Soon(call.Cancelled);
    }

    [Fact]
    public void Last_node_of_a_cluster_waits_for_no_stream()
    {
        Ask();
        Leaves(0);
        _nodes.HasOthers = false;
        var drain = CreateTestProbe();
        drain.Send(_relays, new AnswerRelaysActor.DrainRelays(TimeSpan.FromSeconds(20)));
        PassUntil(TimeSpan.FromSeconds(1), () => drain.HasMessages);
        drain.ExpectMsg<AnswerRelaysActor.RelaysDrained>();
    }

    /// <summary>An actor sets its timer after it has sent what the test sees, so time passes until the timer has fired.</summary>
    private void PassUntil(TimeSpan time, Func<bool> isDone) =>
        AwaitCondition(() =>
        {
            Pass(time);
            return isDone();
        });

    private ManualChatClient.Call Ask()
    {
        _old.Send(_models, Ask(Answer.Value));
        return Client.NextCall();
    }

    private void Leaves(int length)
    {
        _old.Send(_relays, new LeaveAnswer(Answer, 0, new ModelId("m"), length));
        _old.ExpectMsg<AnswerLeft>();
    }

    private TestProbe Attach(int length)
    {
        var session = CreateTestProbe();
        session.Send(_relays, new AttachAnswer(Answer, 0, length));
        session.ExpectMsg<AnswerAttached>();
        return session;
    }

    private static string TakeText(TestProbe session, int length)
    {
        var text = "";
        while (text.Length < length)
        {
            var part = session.ExpectMsg<RelayedPart>();
            text += part.Text;
            Confirm(session, part);
        }

        return text;
    }

    private static void Confirm(TestProbe session, RelayedPart part) =>
        session.Reply(new PartTaken(part.AnswerId, part.Attempt, part.Number));
}
