using Akka.Actor;
using Akka.TestKit;
using Chatbox.Actors.Models;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages.Frames;
using Chatbox.Messages.Sessions;
using Microsoft.Extensions.AI;

namespace Chatbox.Tests.Unit.Models;

/// <summary>Tests that a prompt refused as too long is shortened until it fits, and that the next prompt fits at once.</summary>
public sealed class PromptLengthTests : ModelTestKit
{
    private static readonly ModelDescription Small = Model(8) with { ContextTokens = 1_200, MaxOutputTokens = 200 };

    private readonly IActorRef _model;
    private int _asked;

    public PromptLengthTests() =>
        _model = Sys.ActorOf(Props.Create(() => new ModelActor(Small, Client, null, Options, Incidents, new NoMetrics(), Clock, null)));

    [Theory]
    [InlineData("語", 2.0, false)]
    [InlineData("語", 2.0, true)]
    [InlineData("語", 1.3, false)]
    [InlineData("x ", 1.5, false)]
    [InlineData("x ", 3.0, true)]
    [InlineData("🙂", 3.0, false)]
    public void Next_prompt_fits_at_once(string letters, double tokensPerLetter, bool reports)
    {
        var conversation = Conversation(letters, 40);

        Assert.InRange(AskUntilTaken(conversation, tokensPerLetter, reports), 2, ShrinkingPrompt.MaxTimes);
        for (var n = 0; n < 5; n++)
            Assert.Equal(1, AskUntilTaken(conversation, tokensPerLetter, reports));
    }

    [Fact]
    public void Window_that_a_refusal_names_is_kept_to_at_once()
    {
        var conversation = Conversation("x ", 40);
        var session = Ask(conversation);
        Client.NextCall().Fail(new ModelFailureException(ModelFailureKind.TooLong, "too long") { ContextTokens = 600 });

        var second = Client.NextCall();
        Assert.Equal(200, second.Options!.MaxOutputTokens ?? Small.MaxOutputTokens);
        Assert.InRange(Prompt(second), 300, 400);
        second.Finish();
        Ends(session, FinishReason.Stop);
        Ask(conversation);
        Assert.InRange(Prompt(Client.NextCall()), 300, 400);
    }

    [Fact]
    public void Question_and_system_prompt_are_never_left_out_and_it_ends_in_an_error_if_even_they_are_too_long()
    {
        var conversation = Conversation("x ", 40);
        var session = Ask(conversation);
        ManualChatClient.Call call = null!;
        for (var n = 0; n <= ShrinkingPrompt.MaxTimes; n++)
        {
            if (Client.TryNextCall(TimeSpan.FromSeconds(n == 0 ? 10 : 2)) is not { } next)
                break;
            call = next;
            call.Fail(TooLong);
        }

        Assert.Equal([ChatRole.System, ChatRole.User], call.Messages.Select(message => message.Role));
        Assert.Equal(conversation[^1].Text, call.Messages[^1].Text);
        Assert.Equal(1, Ends(session, FinishReason.Error, ErrorCode.LlmUnavailable).PromptMessages);
        Assert.Equal(0, Client.CallsWaiting);
    }

    [Fact]
    public void How_much_the_model_was_given_is_told()
    {
        var conversation = Conversation("x ", 10);
        var session = Ask(conversation);
        Client.NextCall().Fail(TooLong);
        var second = Client.NextCall();
        second.Finish();
        Assert.Equal(second.Messages.Count - 1, Ends(session, FinishReason.Stop).PromptMessages);

        session = Ask(Conversation("x ", 1));
        Client.NextCall().Finish();
        Assert.Null(Ends(session, FinishReason.Stop).PromptMessages);
    }

    [Fact]
    public void What_was_learned_is_forgotten_after_a_while()
    {
        var conversation = Conversation("x ", 40);
        var whole = Conversation("x ", 40).Count;
        AskUntilTaken(conversation, 1.5, reports: false);
        Ask(conversation);
        Assert.InRange(Client.NextCall().Messages.Count, 1, whole - 1);

        Clock.Advance(PromptLimits.Hold);

        Ask(conversation);
        Assert.Equal(whole, Client.NextCall().Messages.Count);
    }

    [Fact]
    public void Refusal_for_length_is_neither_a_try_nor_held_against_the_model()
    {
        for (var n = 0; n < 5; n++)
        {
            var session = Ask(Conversation("x ", 40));
            Client.NextCall().Fail(TooLong);
            var taken = Client.NextCall();
            taken.Say("Well.");
            Takes(session, "Well.");
            taken.Finish();
            Ends(session, FinishReason.Stop);
        }
    }

    private static ModelFailureException TooLong => Failure(ModelFailureKind.TooLong);

    private static long Prompt(ManualChatClient.Call call) => TokenEstimate.Of(call.Messages).Total;

    /// <summary>Asks until the model, which counts tokens as given, accepts the prompt. It returns the number of requests.</summary>
    private int AskUntilTaken(IReadOnlyList<ChatMessage> conversation, double tokensPerLetter, bool reports)
    {
        var session = Ask(conversation);
        for (var times = 1; ; times++)
        {
            var call = Client.NextCall();
            var tokens = (int)(
                call.Messages.Sum(message => new System.Globalization.StringInfo(message.Text).LengthInTextElements)
                * tokensPerLetter
                / (conversation[^1].Text[0] == 'x' ? 2 : 1)
            );
            if (tokens > Small.ContextTokens - (call.Options!.MaxOutputTokens ?? Small.MaxOutputTokens))
            {
                call.Fail(TooLong);
                continue;
            }

            if (reports)
                call.Send(
                    new ChatResponseUpdate
                    {
                        Contents = [new UsageContent(new UsageDetails { InputTokenCount = tokens, OutputTokenCount = 1 })],
                    }
                );
            call.Finish();
            Ends(session, FinishReason.Stop);
            return times;
        }
    }

    /// <summary>A conversation of the length that the rule for prompts selects.</summary>
    private static List<ChatMessage> Conversation(string letters, int exchanges)
    {
        var system = new ChatMessage(ChatRole.System, "Be brief.");
        var text = string.Concat(Enumerable.Repeat(letters, 24 / TokenEstimateOf(letters)));
        var said = new List<ChatMessage> { new(ChatRole.User, text) };
        while (exchanges-- > 0)
        {
            ChatMessage[] exchange = [new(ChatRole.User, text), new(ChatRole.Assistant, text)];
            if (TokenEstimate.Of([system, .. exchange, .. said]).Total > Small.ContextTokens - Small.MaxOutputTokens)
                break;
            said.InsertRange(0, exchange);
        }

        return [system, .. said];
    }

    private static int TokenEstimateOf(string letters) => Math.Max(1, (int)TokenEstimate.Of(letters).Total);

    private TestProbe Ask(IReadOnlyList<ChatMessage> prompt)
    {
        var session = CreateTestProbe();
        _model.Tell(Ask($"{++_asked}") with { Prompt = prompt }, session);
        return session;
    }
}
