using Akka.Actor;
using Akka.TestKit;
using Chatbox.Actors.Models;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Notifications;
using Chatbox.Messages.Sessions;
using static Chatbox.Actors.Models.ModelProtocol;

namespace Chatbox.Tests.Unit.Models;

/// <summary>Tests of the circuit breaker: it opens after failures for two users in a row, and later one answer probes the model.</summary>
public sealed class ModelBreakerTests : ModelTestKit
{
    private readonly IActorRef _model;
    private int _asked;

    public ModelBreakerTests() =>
        _model = Sys.ActorOf(Props.Create(() => new ModelActor(Model(8), Client, null, Options, Incidents, new NoMetrics(), Clock, null)));

    [Fact]
    public void Failures_in_a_row_open_it_and_nothing_reaches_the_model_any_more()
    {
        Open();
        IsRefused(Ask());
        Assert.Equal(0, Client.CallsWaiting);
    }

    [Fact]
    public void Success_in_between_starts_the_count_anew()
    {
        FailOnce();
        var session = Ask();
        Client.NextCall().Finish();
        Ends(session, FinishReason.Stop);
        FailOnce();
        Ask();
        Client.NextCall();
    }

    [Fact]
    public void Refused_requests_say_nothing_about_the_model()
    {
        for (var n = 0; n < 5; n++)
            FailOnce(ModelFailureKind.Rejected);
        Ask();
        Client.NextCall();
    }

    [Fact]
    public void After_a_while_one_answer_probes_it_and_its_first_word_closes_it()
    {
        Open();
        Pass(Options.BreakerOpen);
        var session = Ask();
        var probe = Client.NextCall();
        IsRefused(Ask());

        probe.Say("I am well.");
        Takes(session, "I am well.");

        Ask();
        Client.NextCall();
        probe.Finish();
        Ends(session, FinishReason.Stop);
    }

    [Fact]
    public void Probe_that_comes_to_its_end_without_a_word_closes_it_too()
    {
        Open();
        Pass(Options.BreakerOpen);
        var session = Ask();
        Client.NextCall().Finish();
        Ends(session, FinishReason.Stop);

        Ask();
        Ask();
        Client.NextCall();
        Client.NextCall();
    }

    [Fact]
    public void Failed_probe_leaves_it_alone_again()
    {
        Open();
        Pass(Options.BreakerOpen);
        FailOnce();
        IsRefused(Ask());

        Pass(Options.BreakerOpen);
        Ask();
        Client.NextCall();
        IsRefused(Ask());
    }

    [Fact]
    public async Task Probe_that_is_cancelled_leaves_the_next_one_to_probe()
    {
        Open();
        Pass(Options.BreakerOpen);
        Ask();
        var probe = Client.NextCall();

        _model.Tell(new CancelAnswer(new MessageId($"{_asked}"), 0, new ModelId("m")));
        await Soon(probe.Left);

        Ask();
        Client.NextCall();
        IsRefused(Ask());
    }

    [Fact]
    public void Silent_probe_that_runs_into_the_answers_deadline_has_failed()
    {
        Open();
        Pass(Options.BreakerOpen);
        var session = Ask();
        Client.NextCall();

        Pass(Options.AnswerTimeout);

        Ends(session, FinishReason.Timeout, ErrorCode.LlmTimeout);
        IsRefused(Ask());
    }

    [Fact]
    public void What_was_asked_before_it_opened_does_not_decide_while_it_is_probed()
    {
        var (early, late) = (Ask(), Ask());
        var calls = new[] { Client.NextCall(), Client.NextCall() }.ToDictionary(call => call.Messages[0].Text);
        Open();
        Pass(Options.BreakerOpen);

        calls["1"].Fail(Failure(ModelFailureKind.Unavailable));
        Ends(early, FinishReason.Error, ErrorCode.LlmUnavailable);
        Ask();
        Client.NextCall();
        calls["2"].Finish();
        Ends(late, FinishReason.Stop);
        IsRefused(Ask());
    }

    [Fact]
    public void Opening_and_closing_are_told_once_and_a_failed_probe_is_not()
    {
        Open();
        AwaitAssert(() => Assert.Single(Incidents.Raised)); // the session hears of the end before the model does
        var down = Assert.Single(Incidents.Raised);
        Assert.Equal((IncidentKind.ModelDown, false, "m"), (down.Kind, down.IsOver, down.Facts["model"]));
        Assert.Equal(2, down.AffectedUsers);
        Pass(Options.BreakerOpen);
        FailOnce(user: "carol");
        IsRefused(Ask()); // the model's actor has counted the failure, and time may pass
        Pass(Options.BreakerOpen);
        Assert.Single(Incidents.Raised);

        var session = Ask();
        Client.NextCall().Finish();
        Ends(session, FinishReason.Stop);

        AwaitAssert(() => Assert.Equal(2, Incidents.Raised.Count));
        Assert.True(Incidents.Raised[1].IsOver);
        Assert.Equal($"{down.Id}:over", Incidents.Raised[1].Id.Value);
    }

    [Fact]
    public void Answers_that_wait_for_their_turn_are_refused_when_it_opens()
    {
        var model = Sys.ActorOf(
            Props.Create(() => new ModelActor(Model(1), Client, null, Options, Incidents, new NoMetrics(), Clock, null))
        );
        var sessions = new[] { Ask(model), Ask(model) };
        Client.NextCall().Fail(Failure(ModelFailureKind.Unavailable));
        var second = Client.NextCall();
        var third = Ask(model);
        second.Fail(Failure(ModelFailureKind.Unavailable));

        foreach (var session in sessions)
            IsRefused(session);
        IsRefused(third);
        IsRefused(Ask(model));
        Assert.Equal(0, Client.CallsWaiting);
    }

    [Fact]
    public void One_user_cannot_open_it_however_often_the_model_fails()
    {
        for (var n = 0; n < 20; n++)
            FailOnce(user: "mallory");
        Ask();
        Client.NextCall();
    }

    [Fact]
    public void Failures_of_one_user_and_of_another_open_it()
    {
        for (var n = 0; n < 20; n++)
            FailOnce(user: "mallory");
        FailOnce(user: "alice");
        IsRefused(Ask());
    }

    [Fact]
    public void User_whose_probe_failed_cannot_keep_it_from_the_others()
    {
        Open();
        Pass(Options.BreakerOpen);
        FailOnce(user: "mallory");
        // The breaker opens only once the model's actor has counted the failure. Time must not pass before that.
        IsRefused(Ask());
        Pass(Options.BreakerOpen);

        // Mallory's next request runs beside the probe, and its failure decides nothing.
        var again = Ask(user: "mallory");
        var failing = Client.NextCall();
        IsRefused(Ask(user: "mallory"));
        var session = Ask(user: "bob");
        var probe = Client.NextCall();
        failing.Fail(Failure(ModelFailureKind.Unavailable));
        Ends(again, FinishReason.Error, ErrorCode.LlmUnavailable);
        probe.Finish();
        Ends(session, FinishReason.Stop);

        Ask();
        Ask();
        Client.NextCall();
        Client.NextCall();
    }

    private void Open()
    {
        FailOnce();
        FailOnce();
        IsRefused(Ask());
    }

    private void FailOnce(ModelFailureKind kind = ModelFailureKind.Unavailable, string? user = null)
    {
        var session = Ask(user: user);
        Client.NextCall().Fail(Failure(kind));
        Ends(session, FinishReason.Error, ErrorCode.LlmUnavailable);
    }

    private static void IsRefused(TestProbe session) => Ends(session, FinishReason.Error, ErrorCode.LlmUnavailable);

    private TestProbe Ask(IActorRef? model = null, string? user = null)
    {
        var session = CreateTestProbe();
        var number = ++_asked;
        (model ?? _model).Tell(Ask($"{number}", user: user ?? $"user-{number}"), session);
        return session;
    }
}
