using Akka.Actor;
using Akka.TestKit;
using Chatbox.Actors.Models;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using Microsoft.Extensions.AI;
using static Chatbox.Actors.Models.ModelProtocol;

namespace Chatbox.Tests.Unit.Models;

/// <summary>Tests of one answer, between its session and its provider.</summary>
public sealed class AnswerActorTests : ModelTestKit
{
    private static readonly TimeSpan LongestFirstDelay = Options.RetryDelay * 1.25;

    private IActorRef _answer = ActorRefs.Nobody;
    private TestProbe? _model;

    [Fact]
    public async Task Pieces_gather_while_one_is_on_its_way()
    {
        var (session, _) = Start();
        var call = Client.NextCall();
        call.Say("one ");
        Assert.Equal("one ", session.ExpectMsg<AnswerPiece>().Text);
        call.Say("two ");
        call.Say("three");
        call.Finish();
        await Soon(call.Left);

        session.Reply(new PieceTaken(default));
        Takes(session, "two three");
        Ends(session, FinishReason.Stop);
    }

    [Fact]
    public async Task Failure_before_the_first_word_is_tried_again_after_a_pause_and_later_not()
    {
        var (session, _) = Start(Options with { MaxTries = 3 });
        Client.NextCall().Fail(Failure(ModelFailureKind.Unavailable));
        var second = await NextCallAfter(LongestFirstDelay);
        second.Say("Half an");
        Takes(session, "Half an");
        second.Fail(Failure(ModelFailureKind.Broken));

        Ends(session, FinishReason.Cut, ErrorCode.LlmUnavailable);
        Pass(TimeSpan.FromMinutes(10));
        Assert.Equal(0, Client.CallsWaiting);
    }

    [Fact]
    public async Task Tries_are_counted()
    {
        var (session, model) = Start(Options with { MaxTries = 3 });
        Client.NextCall().Fail(Failure(ModelFailureKind.Unavailable));
        (await NextCallAfter(LongestFirstDelay)).Fail(Failure(ModelFailureKind.Broken));
        (await NextCallAfter(LongestFirstDelay * 2)).Fail(new InvalidOperationException("a provider's own package"));

        Ends(session, FinishReason.Error, ErrorCode.LlmUnavailable);
        Assert.True(model.ExpectMsg<ModelActor.TryEnded>().Failed);
        Assert.Equal(0, Client.CallsWaiting);
    }

    [Fact]
    public async Task Provider_is_left_alone_as_long_as_it_asked()
    {
        Start(Options with { MaxTries = 2 });
        Client.NextCall().Fail(Failure(ModelFailureKind.RateLimited, TimeSpan.FromSeconds(7)));
        await WaitsForTheNextTry();
        Pass(TimeSpan.FromSeconds(6.9));
        Assert.Null(Client.TryNextCall(TimeSpan.FromMilliseconds(50)));
        Pass(TimeSpan.FromSeconds(0.2));
        Client.NextCall();
    }

    [Fact]
    public void Refusal_is_not_tried_again()
    {
        var (session, model) = Start(Options with { MaxTries = 3 });
        Client.NextCall().Fail(Failure(ModelFailureKind.Rejected));
        Ends(session, FinishReason.Error, ErrorCode.LlmUnavailable);
        Assert.False(model.ExpectMsg<ModelActor.TryEnded>().Failed);
    }

    [Fact]
    public async Task Deadline_while_a_piece_is_on_its_way_ends_the_answer_after_it()
    {
        var (session, _) = Start();
        var call = Client.NextCall();
        call.Say("one ");
        session.ExpectMsg<AnswerPiece>();
        var pieces = session.LastSender;

        Pass(Options.AnswerTimeout);
        await Soon(call.Left);
        ExpectNothing(session);
        pieces.Tell(new PieceTaken(default));

        Ends(session, FinishReason.Timeout, ErrorCode.LlmTimeout);
        ExpectNothing(session);
    }

    [Fact]
    public void Silence_in_the_middle_keeps_what_was_said_and_leaves_the_provider()
    {
        var (session, _) = Start(Options with { MaxTries = 3 });
        var call = Client.NextCall();
        call.Say("Half");
        Takes(session, "Half");

        // The wait for the next word may begin a moment later, so time passes in steps until the gap is over.
        AwaitCondition(() =>
        {
            Clock.Advance(Options.GapTimeout);
            return call.Left.IsCompleted;
        });

        Ends(session, FinishReason.Timeout, ErrorCode.LlmTimeout);
        Assert.Equal(0, Client.CallsWaiting);
    }

    [Fact]
    public void Provider_that_cannot_be_stopped_neither_holds_up_the_end_nor_adds_to_it()
    {
        using var client = new ManualChatClient { IgnoresCancellation = true };
        var (session, model) = Start(client: client);
        var call = client.NextCall();
        call.Say("one ");
        session.ExpectMsg<AnswerPiece>();
        model.ExpectMsg<ModelActor.TryBegan>();

        Pass(Options.AnswerTimeout);
        AwaitCondition(() => call.Cancelled.IsCompleted);
        for (var n = 0; n < 100; n++)
            call.Say("and on ");
        session.Reply(new PieceTaken(default));

        Ends(session, FinishReason.Timeout, ErrorCode.LlmTimeout);
        ExpectNothing(session);
        ExpectNothing(model); // the model spoke until the deadline: slow, but working
    }

    [Fact]
    public void Provider_that_is_silent_and_cannot_be_stopped_fails_at_the_deadline()
    {
        using var client = new ManualChatClient { IgnoresCancellation = true };
        var (session, model) = Start(client: client);
        client.NextCall();

        Pass(Options.AnswerTimeout);

        Ends(session, FinishReason.Timeout, ErrorCode.LlmTimeout);
        Assert.True(model.ExpectMsg<ModelActor.TryEnded>().Failed);
    }

    [Fact]
    public async Task Deadline_between_two_tries_ends_the_answer()
    {
        var (session, model) = Start(Options with { MaxTries = 3 });
        Client.NextCall().Fail(Failure(ModelFailureKind.RateLimited, Options.AnswerTimeout * 2));
        await WaitsForTheNextTry();

        Pass(Options.AnswerTimeout);

        Ends(session, FinishReason.Timeout, ErrorCode.LlmTimeout);
        Pass(Options.AnswerTimeout * 3);
        Assert.Equal(0, Client.CallsWaiting);
        ExpectNothing(model);
    }

    [Fact]
    public async Task Session_that_is_gone_needs_no_answer()
    {
        var (session, _) = Start();
        var call = Client.NextCall();
        Sys.Stop(session);
        await Soon(call.Cancelled);
        await Soon(call.Left);
    }

    [Fact]
    public void Replacement_says_so_and_what_it_replaces_is_not_sent_any_more()
    {
        var (session, _) = Start();
        var call = Client.NextCall();
        call.Say("bad ");
        Assert.False(session.ExpectMsg<AnswerPiece>().Replaces);
        call.Say("words");
        call.Send(Replacement("Better"));
        call.Say(" ones.");
        call.Finish();
        AwaitCondition(() => call.Left.IsCompleted);

        session.Reply(new PieceTaken(default));
        var piece = session.ExpectMsg<AnswerPiece>();
        Assert.Equal(("Better ones.", true), (piece.Text, piece.Replaces));
        session.Reply(new PieceTaken(default));
        Ends(session, FinishReason.Stop);
    }

    [Fact]
    public void Replacement_by_nothing_is_a_piece_of_its_own_and_the_answer_is_not_asked_for_again()
    {
        var (session, _) = Start(Options with { MaxTries = 3 });
        var call = Client.NextCall();
        call.Say("bad");
        Takes(session, "bad");
        call.Send(Replacement(""));
        var piece = session.ExpectMsg<AnswerPiece>();
        Assert.Equal(("", true), (piece.Text, piece.Replaces));
        session.Reply(new PieceTaken(default));
        call.Fail(Failure(ModelFailureKind.Broken));

        Ends(session, FinishReason.Cut, ErrorCode.LlmUnavailable);
        Assert.Equal(0, Client.CallsWaiting);
    }

    [Fact]
    public async Task Longest_answer_ends_between_two_characters_and_leaves_the_provider()
    {
        var (session, _) = Start(Options with { MaxAnswerLength = 5 });
        var call = Client.NextCall();
        call.Say("abcd🙂ef");
        Takes(session, "abcd");
        Ends(session, FinishReason.Length);
        await Soon(call.Left);
    }

    [Fact]
    public async Task Failure_that_the_provider_calls_an_end_is_tried_again_while_nothing_has_been_streamed()
    {
        var (session, _) = Start(Options with { MaxTries = 2 });
        Client.NextCall().Finish(ModelCall.Failed);
        (await NextCallAfter(LongestFirstDelay)).Finish();
        Ends(session, FinishReason.Stop);
    }

    [Theory]
    [InlineData(3L, 4L, true)]
    [InlineData(3L, null, false)]
    [InlineData(null, 4L, false)]
    public void Half_a_count_of_tokens_is_none(long? prompt, long? completion, bool counts)
    {
        var (session, _) = Start();
        var call = Client.NextCall();
        var usage = new UsageDetails { InputTokenCount = prompt, OutputTokenCount = completion };
        call.Send(new ChatResponseUpdate { Contents = [new UsageContent(usage)], ConversationId = "c" });
        call.Finish();
        var ended = Ends(session, FinishReason.Stop);
        Assert.Equal(counts ? new TokenUsage(3, 4, Estimated: false) : null, ended.Usage);
        Assert.Equal("c", ended.ProviderConversation);
    }

    [Fact]
    public void Stream_that_stops_without_an_end_is_cut()
    {
        var (session, _) = Start();
        var call = Client.NextCall();
        call.Say("Half");
        call.Break();
        Takes(session, "Half");
        Ends(session, FinishReason.Cut, ErrorCode.LlmUnavailable);
    }

    private static ChatResponseUpdate Replacement(string text) =>
        new(ChatRole.Assistant, text) { AdditionalProperties = new AdditionalPropertiesDictionary { [ModelCall.Replace] = true } };

    private (TestProbe Session, TestProbe Model) Start(ModelOptions? options = null, ManualChatClient? client = null)
    {
        var session = CreateTestProbe();
        _model = CreateTestProbe();
        _answer = _model.ChildActorOf(
            Props.Create(() =>
                new AnswerActor(Ask("a"), session, Model(1), client ?? Client, null, options ?? Options, new NoMetrics(), Clock, null)
            )
        );
        return (session, _model);
    }

    private async Task<ManualChatClient.Call> NextCallAfter(TimeSpan pause)
    {
        await WaitsForTheNextTry();
        Pass(pause);
        return Client.NextCall();
    }

    /// <summary>Waits until the timer of the next try is set. Time that passes before would not count.</summary>
    private async Task WaitsForTheNextTry()
    {
        Assert.True(_model!.FishForMessage<ModelActor.TryEnded>(_ => true).Failed);
        await _answer.Ask<ActorIdentity>(new Identify(null), TimeSpan.FromSeconds(10));
    }
}
