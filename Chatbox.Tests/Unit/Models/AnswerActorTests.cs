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

/// <summary>One answer between a scripted provider and a probe in the session's place. Akka's clock moves only when the test moves it.</summary>
public sealed class AnswerActorTests() : TestKit(Config)
{
    private static readonly Config Config = ConfigurationFactory.ParseString(
        """
        akka.loglevel = ERROR
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        """
    );

    private static readonly MessageId Id = new("answer");
    private static readonly ModelDescription Model = new(new ModelId("m"), "M", "openai");

    private static readonly ModelOptions Options = new()
    {
        Models = [Model],
        Default = Model.Id,
        MaxTries = 3,
        RetryDelay = TimeSpan.FromSeconds(1),
        AnswerTimeout = TimeSpan.FromMinutes(30),
    };

    private readonly ScriptedChatClient _provider = new();
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task Pieces_are_sent_one_at_a_time_and_the_end_after_the_last_was_taken()
    {
        var (_, session, _) = Start();
        var call = await _provider.NextCall();
        call.Say("one");
        session.ExpectMsg(new AnswerPiece(Id, "one"));
        var sender = session.Sender;
        call.Say(" two");
        call.Say(" three");
        call.End();
        await call.Closed;
        session.ExpectNoMsg(TimeSpan.FromMilliseconds(100));

        sender.Tell(new PieceTaken(Id));
        session.ExpectMsg(new AnswerPiece(Id, " two three"));
        session.ExpectNoMsg(TimeSpan.FromMilliseconds(100));

        sender.Tell(new PieceTaken(Id));
        session.ExpectMsg(new AnswerEnded(Id, FinishReason.Stop, null, null, null));
    }

    [Fact]
    public async Task Usage_and_the_providers_conversation_are_reported_with_the_end()
    {
        var (_, session, _) = Start();
        var call = await _provider.NextCall();
        Assert.Equal("alice", call.Options!.AdditionalProperties![ModelCall.User]);
        call.Send(
            new ChatResponseUpdate
            {
                ConversationId = "conversation",
                Contents = [new UsageContent(new UsageDetails { InputTokenCount = 3, OutputTokenCount = 4 })],
            }
        );
        call.End(ChatFinishReason.Length);

        session.ExpectMsg(new AnswerEnded(Id, FinishReason.Length, new TokenUsage(3, 4, false), null, "conversation"));
    }

    [Fact]
    public async Task Failure_before_the_first_piece_is_tried_again_and_each_try_waits_longer()
    {
        var (answer, session, parent) = Start();
        await Fail(new ModelFailureException(ModelFailureKind.Unavailable, "503"), answer, parent);
        await Elapse(answer, TimeSpan.FromSeconds(0.74));
        Assert.True(_provider.IsQuiet);
        await Elapse(answer, TimeSpan.FromSeconds(0.52));

        await Fail(new ModelFailureException(ModelFailureKind.Unavailable, "503"), answer, parent);
        await Elapse(answer, TimeSpan.FromSeconds(1.49));
        Assert.True(_provider.IsQuiet);
        await Elapse(answer, TimeSpan.FromSeconds(1.02));

        var last = await _provider.NextCall();
        last.Say("Hello");
        session.ExpectMsg(new AnswerPiece(Id, "Hello"));
        session.Reply(new PieceTaken(Id));
        last.End();
        session.ExpectMsg(new AnswerEnded(Id, FinishReason.Stop, null, null, null));
    }

    [Fact]
    public async Task Last_try_that_fails_ends_the_answer()
    {
        var (answer, session, parent) = Start();
        for (var i = 1; i < Options.MaxTries; i++)
        {
            await Fail(new IOException("reset"), answer, parent);
            await Elapse(answer, TimeSpan.FromSeconds(10));
        }

        (await _provider.NextCall()).Cut(new IOException("reset"));

        session.ExpectMsg(new AnswerEnded(Id, FinishReason.Error, null, ErrorCode.LlmUnavailable, null));
        Assert.True(_provider.IsQuiet);
    }

    [Fact]
    public async Task Retry_after_is_the_least_wait()
    {
        var (answer, _, parent) = Start();
        await Fail(new ModelFailureException(ModelFailureKind.RateLimited, "429", TimeSpan.FromSeconds(20)), answer, parent);

        await Elapse(answer, TimeSpan.FromSeconds(19.9));
        Assert.True(_provider.IsQuiet);
        await Elapse(answer, TimeSpan.FromSeconds(0.2));
        await _provider.NextCall();
    }

    [Fact]
    public async Task Failure_after_the_first_piece_is_never_tried_again()
    {
        var (answer, session, _) = Start();
        var call = await _provider.NextCall();
        call.Say("Half an ans");
        session.ExpectMsg<AnswerPiece>();
        session.Reply(new PieceTaken(Id));
        call.Cut(new IOException("reset"));

        session.ExpectMsg(new AnswerEnded(Id, FinishReason.Cut, null, ErrorCode.LlmUnavailable, null));
        await Elapse(answer, TimeSpan.FromMinutes(1));
        Assert.True(_provider.IsQuiet);
    }

    [Fact]
    public async Task Refused_request_is_not_tried_again_and_is_not_held_against_the_model()
    {
        var (_, session, parent) = Start();
        (await _provider.NextCall()).Cut(new ModelFailureException(ModelFailureKind.Rejected, "401"));

        session.ExpectMsg(new AnswerEnded(Id, FinishReason.Error, null, ErrorCode.LlmUnavailable, null));
        Assert.False(parent.ExpectMsg<ModelActor.TryEnded>().Failed);
    }

    [Fact]
    public async Task Stream_without_an_end_is_cut()
    {
        var (_, session, _) = Start();
        var call = await _provider.NextCall();
        call.Say("Half");
        session.ExpectMsg<AnswerPiece>();
        session.Reply(new PieceTaken(Id));
        call.Cut();

        session.ExpectMsg(new AnswerEnded(Id, FinishReason.Cut, null, ErrorCode.LlmUnavailable, null));
    }

    [Fact]
    public async Task Silence_in_the_middle_is_a_timeout_and_closes_the_stream()
    {
        var (_, session, parent) = Start();
        var call = await _provider.NextCall();
        call.Say("Half");
        session.ExpectMsg<AnswerPiece>();
        session.Reply(new PieceTaken(Id));

        await call.Read();
        _clock.Advance(Options.GapTimeout);

        Assert.True(parent.ExpectMsg<ModelActor.TryEnded>().Failed);
        session.ExpectMsg(new AnswerEnded(Id, FinishReason.Timeout, null, ErrorCode.LlmTimeout, null));
        await call.Closed;
    }

    [Fact]
    public async Task Answer_ends_at_its_own_deadline_however_busy_the_provider_is()
    {
        var (answer, session, _) = Start();
        var call = await _provider.NextCall();
        call.Say("and on");
        session.ExpectMsg<AnswerPiece>();
        session.Reply(new PieceTaken(Id));
        await Elapse(answer, Options.AnswerTimeout);

        session.ExpectMsg(new AnswerEnded(Id, FinishReason.Timeout, null, ErrorCode.LlmTimeout, null));
        await call.Closed;
    }

    [Fact]
    public async Task Answer_longer_than_allowed_ends_there()
    {
        var (_, session, _) = Start(Options with { MaxAnswerLength = 8 });
        var call = await _provider.NextCall();
        call.Say("12345");
        session.ExpectMsg(new AnswerPiece(Id, "12345"));
        session.Reply(new PieceTaken(Id));
        call.Say("6789");
        session.ExpectMsg(new AnswerPiece(Id, "678"));
        session.Reply(new PieceTaken(Id));

        session.ExpectMsg(new AnswerEnded(Id, FinishReason.Length, null, null, null));
        await call.Closed;
    }

    [Fact]
    public async Task Session_that_is_gone_closes_the_providers_stream()
    {
        var (answer, session, _) = Start();
        var call = await _provider.NextCall();
        Watch(answer);
        Sys.Stop(session);

        ExpectTerminated(answer);
        await call.Closed;
    }

    private (IActorRef Answer, TestProbe Session, TestProbe Parent) Start(ModelOptions? options = null)
    {
        var (session, parent) = (CreateTestProbe(), CreateTestProbe());
        var request = new StartAnswer(
            Id,
            new SessionId("0123456789abcdef0123456789abcdef"),
            new UserId("alice"),
            Model.Id,
            [new ChatMessage(ChatRole.User, "Hello")],
            false,
            null
        );
        var props = Props.Create(() => new AnswerActor(request, session, Model, _provider, options ?? Options, new NoMetrics(), _clock));
        return (parent.ChildActorOf(props), session, parent);
    }

    private async Task Fail(Exception failure, IActorRef answer, TestProbe parent)
    {
        (await _provider.NextCall()).Cut(failure);
        Assert.True(parent.ExpectMsg<ModelActor.TryEnded>().Failed);
        await Settled(answer);
    }

    /// <summary>Moves Akka's clock; what became due has been done when this returns.</summary>
    private async Task Elapse(IActorRef answer, TimeSpan time)
    {
        ((TestScheduler)Sys.Scheduler).Advance(time);
        await Settled(answer);
    }

    /// <summary>Everything sent to the actor before has been done: it answers in order, and in its place the dead letters do.</summary>
    private static Task Settled(IActorRef actor) => actor.Ask<ActorIdentity>(new Identify(null)).WaitAsync(TimeSpan.FromSeconds(10));
}
