using Akka.Actor;
using Akka.TestKit;
using Chatbox.Actors.Models;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using Microsoft.Extensions.AI;
using static Chatbox.Actors.Models.ModelProtocol;

namespace Chatbox.Tests.Unit.Models;

/// <summary>
/// Tests of a provider that thinks or only sends signs of life: the answer waits, there is one request, and thinking is no part of the
/// answer.
/// </summary>
public sealed class AnswerThinkingTests : ModelTestKit
{
    private IActorRef _answer = ActorRefs.Nobody;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Response_that_has_begun_is_not_asked_for_again(bool thinks)
    {
        var (session, _) = Start(Options with { MaxTries = 3 });
        var call = Client.NextCall();
        if (thinks)
            call.Send(Thought("hm"));
        else
            call.Signs.Begin();
        if (thinks)
            Assert.Equal("", session.ExpectMsg<AnswerThinks>().Text);
        call.Fail(Failure(ModelFailureKind.Broken));

        Ends(session, FinishReason.Error, ErrorCode.LlmUnavailable);
        Pass(TimeSpan.FromMinutes(10));
        Assert.Equal(0, Client.CallsWaiting);
    }

    [Fact]
    public async Task Failure_that_the_provider_reports_before_anything_of_an_answer_is_tried_again()
    {
        var (_, model) = Start(Options with { MaxTries = 2 });
        var call = Client.NextCall();
        call.Signs.Begin();
        call.Fail(Failure(ModelFailureKind.Unavailable));

        // The timer of the next try is set now. Time that passes before would not count.
        model.FishForMessage<ModelActor.TryEnded>(_ => true);
        await _answer.Ask<ActorIdentity>(new Identify(null), TimeSpan.FromSeconds(10));
        Pass(Options.RetryDelay * 1.25);
        Client.NextCall();
    }

    [Fact]
    public void Silence_after_keep_alives_is_a_timeout_without_a_second_try()
    {
        var (session, _) = Start(Options with { MaxTries = 3 });
        var call = Client.NextCall();
        call.Signs.Begin();
        call.Signs.Heard();
        AwaitCondition(() =>
        {
            Clock.Advance(Options.FirstTokenTimeout);
            return call.Left.IsCompleted;
        });

        Ends(session, FinishReason.Timeout, ErrorCode.LlmTimeout);
        Assert.Equal(0, Client.CallsWaiting);
    }

    [Fact]
    public void Thinking_is_passed_on_now_and_then_and_is_no_part_of_the_answer()
    {
        var (session, model) = Start();
        var call = Client.NextCall();
        for (var n = 0; n < 50; n++)
            call.Send(Thought("hm "));
        session.ExpectMsg<AnswerThinks>();
        model.ExpectMsg<ModelActor.TryBegan>();
        call.Say("Well.");
        Takes(session, "Well.");
        call.Finish();
        Ends(session, FinishReason.Stop);
    }

    [Fact]
    public void Thinking_is_shown_where_that_is_wanted_all_of_it_before_the_text_and_bounded()
    {
        var (session, _) = Start(shows: true);
        var call = Client.NextCall();
        call.Send(Thought("one "));
        Assert.Equal("one ", session.ExpectMsg<AnswerThinks>().Text);
        call.Send(Thought("two "));
        call.Send(Thought(new string('x', 100_000)));
        call.Say("Well.");
        Assert.Equal("two " + new string('x', ThinkingReporter.MaxLength - 8), session.ExpectMsg<AnswerThinks>().Text);
        Takes(session, "Well.");
        call.Finish();
        Ends(session, FinishReason.Stop);
    }

    [Fact]
    public void Slow_starter_has_a_limit_of_its_own()
    {
        var (session, _) = Start(firstToken: Options.FirstTokenTimeout * 4);
        var call = Client.NextCall();
        Clock.Advance(Options.FirstTokenTimeout * 3);
        call.Say("At last.");
        Takes(session, "At last.");
        call.Finish();
        Ends(session, FinishReason.Stop);
    }

    private static ChatResponseUpdate Thought(string text) => new() { Contents = [new TextReasoningContent(text)] };

    private (TestProbe Session, TestProbe Model) Start(ModelOptions? options = null, bool shows = false, TimeSpan? firstToken = null)
    {
        var (session, model) = (CreateTestProbe(), CreateTestProbe());
        var description = Model(1) with { ShowsThinking = shows, FirstTokenTimeout = firstToken };
        _answer = model.ChildActorOf(
            Props.Create(() =>
                new AnswerActor(Ask("a"), session, description, Client, null, options ?? Options, new NoMetrics(), Clock, null)
            )
        );
        return (session, model);
    }
}
