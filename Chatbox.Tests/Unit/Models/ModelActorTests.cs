using Akka.Actor;
using Akka.TestKit;
using Chatbox.Actors.Models;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using static Chatbox.Actors.Models.ModelProtocol;

namespace Chatbox.Tests.Unit.Models;

/// <summary>Tests of a model's limits, its queue, and the end of every answer.</summary>
public sealed class ModelActorTests : ModelTestKit
{
    [Fact]
    public void Answers_beyond_the_bulkhead_wait_their_turn_and_beyond_that_are_refused()
    {
        var model = Start(maxConcurrent: 2);
        string[] names = ["a", "b", "c", "d", "e"];
        var sessions = names.Select(name => AskBy(model, Ask(name))).ToList();
        Ends(sessions[4], FinishReason.Error, ErrorCode.LlmUnavailable);
        var running = NextCalls(2);
        Assert.Equal(0, Client.CallsWaiting);

        running["b"].Finish();
        Ends(sessions[1], FinishReason.Stop);
        Assert.Equal("c", Client.NextCall().Messages[0].Text);
        running["a"].Finish();
        Assert.Equal("d", Client.NextCall().Messages[0].Text);
    }

    [Fact]
    public void Waiting_has_a_deadline()
    {
        var model = Start(maxConcurrent: 1);
        var (first, second) = (AskBy(model, Ask("a")), AskBy(model, Ask("b")));
        var call = Client.NextCall();
        Ends(AskBy(model, Ask("beyond")), FinishReason.Error, ErrorCode.LlmUnavailable); // so the second request waits now

        Pass(Options.FirstTokenTimeout);

        Ends(second, FinishReason.Error, ErrorCode.LlmUnavailable);
        call.Finish();
        Ends(first, FinishReason.Stop);
        AskBy(model, Ask("c"));
        Assert.Equal("c", Client.NextCall().Messages[0].Text);
        ExpectNothing(second);
    }

    [Fact]
    public void Cancelled_in_the_queue_it_is_never_asked_and_its_place_is_free()
    {
        var model = Start(maxConcurrent: 1);
        AskBy(model, Ask("a"));
        var second = AskBy(model, Ask("b"));
        var call = Client.NextCall();

        model.Tell(new CancelAnswer(new MessageId("b"), 0, new ModelId("m")));
        AskBy(model, Ask("c"));
        Ends(AskBy(model, Ask("d")), FinishReason.Error, ErrorCode.LlmUnavailable);
        call.Finish();

        Assert.Equal("c", Client.NextCall().Messages[0].Text);
        Pass(Options.FirstTokenTimeout); // the deadline was cancelled with the request
        ExpectNothing(second);
    }

    [Fact]
    public async Task Cancelled_while_it_runs_its_provider_is_left_and_the_next_has_its_turn()
    {
        var model = Start(maxConcurrent: 1);
        var session = AskBy(model, Ask("a"));
        AskBy(model, Ask("b"));
        var call = Client.NextCall();
        call.Say("one");
        Takes(session, "one");

        model.Tell(new CancelAnswer(new MessageId("a"), 0, new ModelId("m")));

        await Soon(call.Left);
        Assert.Equal("b", Client.NextCall().Messages[0].Text);
        ExpectNothing(session);
    }

    [Fact]
    public void Answer_that_had_its_turn_in_time_is_not_refused_later()
    {
        var model = Start(maxConcurrent: 1);
        AskBy(model, Ask("a"));
        var session = AskBy(model, Ask("b"));
        Client.NextCall().Finish();
        var call = Client.NextCall();
        Pass(Options.FirstTokenTimeout);
        call.Say("in time");
        Takes(session, "in time");
    }

    [Fact]
    public async Task Restarted_session_asks_again_and_neither_attempt_disturbs_the_other_or_anybody_else()
    {
        var model = Start(maxConcurrent: 3);
        var other = AskBy(model, Ask("other"));
        var bystander = Client.NextCall();
        var session = AskBy(model, Ask("a"));
        var first = Client.NextCall();
        first.Say("old");
        var piece = session.ExpectMsg<AnswerPiece>();

        model.Tell(new CancelAnswer(new MessageId("a"), 0, new ModelId("m")), session);
        model.Tell(Ask("a", attempt: 1), session);

        await Soon(first.Left);
        var second = Client.NextCall();
        second.Say("new");
        var next = session.FishForMessage<AnswerPiece>(_ => true);
        Assert.Equal((0, 1, "new"), (piece.Attempt, next.Attempt, next.Text));
        second.Finish();
        session.Reply(new PieceTaken(next.AnswerId));
        Assert.Equal(FinishReason.Stop, session.FishForMessage<AnswerEnded>(ended => ended.Attempt == 1).Reason);
        bystander.Say("still here");
        Takes(other, "still here");
    }

    [Fact]
    public async Task Answer_that_crashes_ends_with_an_error_and_others_go_on()
    {
        var model = Start(maxConcurrent: 2);
        var (session, other) = (AskBy(model, Ask("a")), AskBy(model, Ask("b")));
        var calls = NextCalls(2);
        calls["a"].Say("one");
        session.ExpectMsg<AnswerPiece>();

        session.Reply(Kill.Instance);

        Ends(session, FinishReason.Error, ErrorCode.ServiceError);
        await Soon(calls["a"].Left);
        calls["b"].Say("two");
        Takes(other, "two");
        AskBy(model, Ask("c"));
        Client.NextCall();
    }

    [Fact]
    public void Model_that_has_left_the_configuration_is_unavailable()
    {
        var models = Sys.ActorOf(Props.Create(() => new ModelsActor(Options, _ => Client, null, Incidents, new NoMetrics(), Clock)));
        Ends(AskBy(models, Ask("a")), FinishReason.Error, ErrorCode.LlmUnavailable);
    }

    /// <summary>Takes the requests of answers that run at the same time, by their question, because their order is not fixed.</summary>
    private Dictionary<string, ManualChatClient.Call> NextCalls(int count) =>
        Enumerable.Range(0, count).Select(_ => Client.NextCall()).ToDictionary(call => call.Messages[0].Text);

    private IActorRef Start(int maxConcurrent) =>
        Sys.ActorOf(
            Props.Create(() => new ModelActor(Model(maxConcurrent), Client, null, Options, Incidents, new NoMetrics(), Clock, null))
        );

    private TestProbe AskBy(IActorRef model, StartAnswer request)
    {
        var session = CreateTestProbe();
        model.Tell(request, session);
        return session;
    }
}
