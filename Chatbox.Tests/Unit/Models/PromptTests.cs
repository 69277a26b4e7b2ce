using System.Collections.Immutable;
using Chatbox.Actors.Models;
using Chatbox.Actors.Sessions.Answers;
using Chatbox.Actors.Sessions.State;
using Chatbox.Messages;
using Chatbox.Messages.Sessions;
using Microsoft.Extensions.AI;
using static Chatbox.Messages.Sessions.SessionProtocol;

namespace Chatbox.Tests.Unit.Models;

/// <summary>
/// Tests of the part of a conversation that a model is given. Four characters are a token here, and every message costs four more.
/// </summary>
public sealed class PromptTests
{
    private static readonly SessionId Id = new("0123456789abcdef0123456789abcdef");
    private static readonly UserId Alice = new("alice");
    private static readonly DateTimeOffset At = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private SessionState _state = new(Id);
    private long _seq;

    public PromptTests() => Apply(new SessionOpened(Id, Alice, new ModelId("m"), At));

    [Fact]
    public void Whole_conversation_is_sent_in_order_when_it_fits()
    {
        Exchange("1", "one", "first");
        Exchange("2", "two", "second");
        Ask("3", "three");

        Assert.Equal(["system:rules", "user:one", "assistant:first", "user:two", "assistant:second", "user:three"], Sent(1_000, "rules"));
    }

    [Fact]
    public void Newest_exchanges_are_kept_and_none_is_halved()
    {
        Exchange("1", Tokens(6), Tokens(6, 'a'));
        Exchange("2", Tokens(6, 'p'), Tokens(6, 'b'));
        Exchange("3", Tokens(6, 'q'), Tokens(6, 'c'));
        Ask("4", Tokens(6, 'r'));
        string[] two = [$"user:{Tokens(6, 'p')}", $"assistant:{Tokens(6, 'b')}", .. One(), $"user:{Tokens(6, 'r')}"];
        string[] one = [.. One(), $"user:{Tokens(6, 'r')}"];

        // Every message costs 10 tokens, so two exchanges and the question cost 50.
        Assert.Equal(two, Sent(50, null));
        Assert.Equal(two, Sent(69, null));
        Assert.Equal(one, Sent(49, null));
        Assert.Equal(one, Sent(30, null));
        Assert.Equal([$"user:{Tokens(6, 'r')}"], Sent(29, null));

        static string[] One() => [$"user:{Tokens(6, 'q')}", $"assistant:{Tokens(6, 'c')}"];
    }

    [Fact]
    public void Older_exchange_does_not_jump_over_one_that_did_not_fit()
    {
        Exchange("1", "a", "b");
        Exchange("2", Tokens(500), "c");
        Ask("3", "d");

        Assert.Equal(["user:d"], Sent(100, null));
    }

    [Fact]
    public void System_prompt_and_question_are_sent_even_beyond_the_budget()
    {
        Exchange("1", "a", "b");
        Ask("2", Tokens(400));

        Assert.Equal([$"system:{Tokens(400, 's')}", $"user:{Tokens(400)}"], Sent(20, Tokens(400, 's')));
    }

    [Fact]
    public void Room_for_the_answer_and_the_system_prompt_come_out_of_the_budget()
    {
        Exchange("1", Tokens(6), Tokens(6));
        Ask("2", Tokens(6));

        Assert.Equal(4, Sent(40, Tokens(6)).Count);
        Assert.Equal(2, Sent(39, Tokens(6)).Count);
        Assert.Equal(2, Sent(40 + 16, Tokens(6), maxOutput: 17).Count);
        Assert.Equal(4, Sent(40 + 17, Tokens(6), maxOutput: 17).Count);
    }

    [Fact]
    public void Interrupted_answer_comes_last_so_that_the_model_goes_on_with_it()
    {
        Ask("1", "one");
        Apply(new AnswerCheckpointed(Id, new MessageId("a1"), 0, "So far", At));

        Assert.Equal(["user:one", "assistant:So far"], Sent(1_000, null));
    }

    [Fact]
    public void Question_whose_answer_stayed_empty_is_sent_alone()
    {
        Exchange("1", "one", "");
        Ask("2", "two");

        Assert.Equal(["user:one", "user:two"], Sent(1_000, null));
    }

    [Fact]
    public void Messages_that_wait_are_not_sent_before_their_turn()
    {
        Ask("1", "one");
        Ask("2", "two");
        Ask("3", "three");
        Assert.Equal(["user:one"], Sent(1_000, null));

        End("1", "first");
        Assert.Equal(["user:one", "assistant:first", "user:two"], Sent(1_000, null));
    }

    [Fact]
    public void Tokens_are_estimated_by_the_script()
    {
        Assert.Equal(0, Prompt.EstimateTokens(""));
        Assert.Equal(1, Prompt.EstimateTokens("a"));
        Assert.Equal(1, Prompt.EstimateTokens("abcd"));
        Assert.Equal(2, Prompt.EstimateTokens("abcde"));
        Assert.Equal(1, Prompt.EstimateTokens("🙂"));
        Assert.Equal(3, Prompt.EstimateTokens("äöüßé"));
        Assert.Equal(5, Prompt.EstimateTokens("日本語です"));
        Assert.Equal(4, Prompt.EstimateTokens("안녕하세"));
        Assert.Equal(5, Prompt.EstimateTokens("поговорить"));
    }

    [Fact]
    public void Without_a_running_answer_there_is_no_prompt() =>
        Assert.Throws<InvalidOperationException>(() => Prompt.For(_state, new ModelDescription(new ModelId("m"), "M", "openai"), null));

    private List<string> Sent(int context, string? system, int maxOutput = 0)
    {
        var model = new ModelDescription(new ModelId("m"), "M", "openai") { ContextTokens = context, MaxOutputTokens = maxOutput };
        return [.. Prompt.For(_state, model, system).Select((ChatMessage m) => $"{m.Role.Value}:{m.Text}")];
    }

    private static string Tokens(int count, char letter = 'x') => new(letter, count * 4);

    private void Exchange(string n, string question, string answer)
    {
        Ask(n, question);
        End(n, answer);
    }

    private void Ask(string n, string text) =>
        Apply(
            new MessageSubmitted(
                Id,
                new CommandId($"c{n}"),
                new MessageId($"q{n}"),
                new MessageId($"a{n}"),
                Alice,
                text,
                ImmutableSortedDictionary<string, string>.Empty,
                At,
                At
            )
        );

    private void End(string n, string text) =>
        Apply(new AnswerFinished(Id, null, new MessageId($"a{n}"), 0, text, FinishReason.Stop, default, null, null, At));

    private void Apply(ISessionEvent fact) => _state = _state.Apply(fact, ++_seq);
}
