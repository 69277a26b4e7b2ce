using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Chatbox.Actors.Models;
using Chatbox.Messages;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;
using static Chatbox.Actors.Models.ModelProtocol;

namespace Chatbox.Tests.Unit.Models;

/// <summary>A model with a scripted provider; a probe of its own stands for each session. Akka's clock moves only when the test moves it.</summary>
public sealed class ModelActorTests() : TestKit(Config)
{
    private static readonly Config Config = ConfigurationFactory.ParseString(
        """
        akka.loglevel = OFF
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        """
    );

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);
    private static readonly ModelDescription Model = new(new ModelId("m"), "M", "openai") { MaxConcurrent = 1 };

    private static readonly ModelOptions Options = new()
    {
        Models = [Model],
        Default = Model.Id,
        MaxTries = 1,
        BreakerFailures = 3,
    };

    private readonly ScriptedChatClient _provider = new();

    private TestScheduler Clock => (TestScheduler)Sys.Scheduler;

    [Fact]
    public async Task As_many_may_wait_as_may_run_and_one_more_is_refused()
    {
        var model = Create(Model with { MaxConcurrent = 2 });
        Ask(model, "1");
        Ask(model, "2");
        var first = await _provider.NextCall();
        await _provider.NextCall();
        var third = Ask(model, "3");
        Ask(model, "4");
        var fifth = Ask(model, "5");

        ExpectRefused(fifth, "5");
        Assert.True(_provider.IsQuiet);
        first.End();
        var call = await _provider.NextCall();
        Assert.Equal("3", call.Prompt[0].Text);
        call.Say("Hello");
        third.ExpectMsg(new AnswerPiece(new MessageId("3"), "Hello"));
        Assert.True(_provider.IsQuiet);
    }

    [Fact]
    public async Task Answer_that_waits_too_long_for_its_turn_is_refused_and_never_starts()
    {
        var model = Create();
        Ask(model, "1");
        var running = await _provider.NextCall();
        var waiting = Ask(model, "2");
        await Settled(model);
        Clock.Advance(Options.FirstTokenTimeout);

        ExpectRefused(waiting, "2");
        Ask(model, "3");
        running.End();
        Assert.Equal("3", (await _provider.NextCall()).Prompt[0].Text);
        Assert.True(_provider.IsQuiet);
    }

    [Fact]
    public async Task Answer_that_had_its_turn_in_time_is_not_refused_later()
    {
        var model = Create();
        Ask(model, "1");
        var running = await _provider.NextCall();
        var waiting = Ask(model, "2");
        running.End();
        var call = await _provider.NextCall();
        Clock.Advance(Options.FirstTokenTimeout);
        await Settled(model);

        call.Say("Hello");
        waiting.ExpectMsg(new AnswerPiece(new MessageId("2"), "Hello"));
    }

    [Fact]
    public async Task Cancelled_while_waiting_it_never_starts_and_nothing_is_said()
    {
        var model = Create();
        Ask(model, "1");
        var running = await _provider.NextCall();
        var waiting = Ask(model, "2");
        model.Tell(new CancelAnswer(new MessageId("2"), Model.Id));
        Ask(model, "3");
        running.End();

        Assert.Equal("3", (await _provider.NextCall()).Prompt[0].Text);
        Clock.Advance(Options.FirstTokenTimeout);
        await Settled(model);
        waiting.ExpectNoMsg(Moment);
        Assert.True(_provider.IsQuiet);
    }

    [Fact]
    public async Task Cancelled_while_running_its_stream_is_closed_its_place_is_free_and_nothing_is_said()
    {
        var model = Create();
        var cancelled = Ask(model, "1");
        var call = await _provider.NextCall();
        Ask(model, "2");
        model.Tell(new CancelAnswer(new MessageId("1"), Model.Id));

        await call.Closed;
        Assert.Equal("2", (await _provider.NextCall()).Prompt[0].Text);
        cancelled.ExpectNoMsg(Moment);
    }

    /// <summary>A session that restarts asks for the answer it was writing under the same id.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Answer_asked_for_again_takes_the_place_of_the_first_and_harms_no_other(int maxConcurrent)
    {
        var model = Create(Model with { MaxConcurrent = maxConcurrent });
        var other = Ask(model, "1");
        var undisturbed = await _provider.NextCall();
        var before = Ask(model, "2");
        var first = await _provider.NextCall();
        var after = Ask(model, "2");

        var second = await _provider.NextCall();
        await first.Closed;
        await Settled(model);
        before.ExpectNoMsg(Moment);
        second.Say("Hello");
        after.ExpectMsg(new AnswerPiece(new MessageId("2"), "Hello"));
        undisturbed.Say("Still here");
        other.ExpectMsg(new AnswerPiece(new MessageId("1"), "Still here"));
    }

    [Fact]
    public async Task Answer_that_crashes_ends_once_and_frees_its_place()
    {
        var model = Create();
        var crashed = Ask(model, "1");
        await _provider.NextCall();
        Ask(model, "2");
        await Settled(model);
        Sys.ActorSelection(model.Path / "*").Tell(Kill.Instance);

        crashed.ExpectMsg(new AnswerEnded(new MessageId("1"), FinishReason.Error, null, ErrorCode.ServiceError, null));
        Assert.Equal("2", (await _provider.NextCall()).Prompt[0].Text);
        crashed.ExpectNoMsg(Moment);
    }

    [Fact]
    public async Task Breaker_opens_after_failures_in_a_row_and_refuses_without_asking_the_provider()
    {
        var model = Create();
        await Fail(model, Options.BreakerFailures);

        ExpectRefused(Ask(model, "next"), "next");
        Clock.Advance(Options.BreakerOpen - TimeSpan.FromMilliseconds(1));
        ExpectRefused(Ask(model, "later"), "later");
        Assert.True(_provider.IsQuiet);
    }

    [Fact]
    public async Task Success_between_failures_keeps_the_breaker_closed()
    {
        var model = Create();
        await Fail(model, Options.BreakerFailures - 1);
        await Succeed(model, "between");
        await Fail(model, Options.BreakerFailures - 1);

        await Succeed(model, "last");
    }

    [Fact]
    public async Task Request_that_the_provider_rejects_does_not_open_the_breaker()
    {
        var model = Create();
        for (var i = 0; i < Options.BreakerFailures * 2; i++)
        {
            var session = Ask(model, $"rejected {i}");
            (await _provider.NextCall()).Cut(new ModelFailureException(ModelFailureKind.Rejected, "400"));
            session.ExpectMsg<AnswerEnded>();
        }

        await Succeed(model, "last");
    }

    [Fact]
    public async Task Probe_that_fails_opens_the_breaker_again()
    {
        var model = Create();
        await Fail(model, Options.BreakerFailures);
        Clock.Advance(Options.BreakerOpen);
        await Fail(model, 1);

        ExpectRefused(Ask(model, "next"), "next");
        Clock.Advance(Options.BreakerOpen);
        await Succeed(model, "second probe");
    }

    [Fact]
    public async Task Probe_that_is_cancelled_makes_way_for_another()
    {
        var model = Create();
        await Fail(model, Options.BreakerFailures);
        Clock.Advance(Options.BreakerOpen);
        Ask(model, "probe");
        var call = await _provider.NextCall();
        model.Tell(new CancelAnswer(new MessageId("probe"), Model.Id));
        await call.Closed;
        await Settled(model);

        await Succeed(model, "second probe");
    }

    private IActorRef Create(ModelDescription? model = null)
    {
        var clock = new FakeTimeProvider();
        return Sys.ActorOf(Props.Create(() => new ModelActor(model ?? Model, _provider, Options, new NoMetrics(), clock)));
    }

    private TestProbe Ask(IActorRef model, string id)
    {
        var session = CreateTestProbe();
        model.Tell(
            new StartAnswer(
                new MessageId(id),
                new SessionId("0123456789abcdef0123456789abcdef"),
                new UserId("alice"),
                Model.Id,
                [new ChatMessage(ChatRole.User, id)],
                false,
                null
            ),
            session
        );
        return session;
    }

    private async Task Fail(IActorRef model, int times)
    {
        for (var i = 0; i < times; i++)
        {
            var session = Ask(model, $"failed {i}");
            (await _provider.NextCall()).Cut(new IOException("reset"));
            Assert.Equal(FinishReason.Error, session.ExpectMsg<AnswerEnded>().Reason);
        }
    }

    private async Task Succeed(IActorRef model, string id)
    {
        var session = Ask(model, id);
        (await _provider.NextCall()).End();
        Assert.Equal(FinishReason.Stop, session.ExpectMsg<AnswerEnded>().Reason);
    }

    private static void ExpectRefused(TestProbe session, string id) =>
        session.ExpectMsg(new AnswerEnded(new MessageId(id), FinishReason.Error, null, ErrorCode.LlmUnavailable, null));

    private static Task Settled(IActorRef actor) => actor.Ask<ActorIdentity>(new Identify(null)).WaitAsync(TimeSpan.FromSeconds(10));
}
