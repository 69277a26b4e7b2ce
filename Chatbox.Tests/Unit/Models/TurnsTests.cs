using Chatbox.Node.Models;
using FsCheck.Xunit;
using Microsoft.Extensions.AI;

namespace Chatbox.Tests.Unit.Models;

/// <summary>Tests of a conversation in the form that providers with strict rules for roles accept.</summary>
public sealed class TurnsTests
{
    private static readonly string[] Texts = ["", " \n", "one", "two ", "drei"];

    [Property(MaxTest = 1000)]
    public void Any_conversation_alternates_begins_with_the_user_and_loses_nothing((bool Assistant, byte Text)[] said, bool continues)
    {
        List<ChatMessage> messages =
        [
            new(ChatRole.System, "rules"),
            .. said.Select(one => new ChatMessage(one.Assistant ? ChatRole.Assistant : ChatRole.User, Texts[one.Text % Texts.Length])),
            new(ChatRole.User, "question"),
        ];

        var turns = Turns.Of(new Continuation(messages, continues ? "so far" : ""));

        Assert.Equal("rules", turns.System);
        Assert.All(turns.Messages, (turn, number) => Assert.Equal(number % 2 == 0 ? "user" : "assistant", turn.Role));
        Assert.All(turns.Messages, turn => Assert.False(string.IsNullOrWhiteSpace(turn.Text)));
        Assert.Equal("user", turns.Messages[^1].Role);
        Assert.Equal("question", turns.Messages[continues ? ^3 : ^1].Text);
        var all = string.Concat(turns.Messages.Select(turn => turn.Text));
        var place = 0;
        foreach (var message in messages.Skip(1).Where(message => !string.IsNullOrWhiteSpace(message.Text)))
        {
            place = all.IndexOf(message.Text, place, StringComparison.Ordinal);
            Assert.True(place >= 0, $"\"{message.Text}\" is lost");
            place += message.Text.Length;
        }
    }

    [Fact]
    public void Neighbours_of_one_role_are_one_turn()
    {
        Assert.Equal(
            ["user: a\n\nb", "assistant: c\n\nd", "user: e"],
            Of(("user", "a"), ("user", "b"), ("assistant", "c"), ("assistant", " "), ("assistant", "d"), ("user", "e"))
        );
    }

    [Fact]
    public void Question_stands_by_itself_after_messages_that_were_not_answered() =>
        Assert.Equal(
            ["user: a\n\nb", "assistant: (This message was not answered.)", "user: c"],
            Of(("user", "a"), ("user", "b"), ("assistant", ""), ("user", "c"))
        );

    [Fact]
    public void Window_that_begins_with_an_answer_begins_with_the_user() =>
        Assert.Equal(
            ["user: (The beginning of this conversation is left out.)", "assistant: a", "user: b"],
            Of(("assistant", "a"), ("user", "b"))
        );

    [Fact]
    public void Blank_question_is_asked_all_the_same() => Assert.Equal(["user:  "], Of(("user", " ")));

    [Fact]
    public void Blank_beginning_of_an_answer_is_not_gone_on_with() =>
        Assert.Equal(
            [("user", "a")],
            Turns.Of(new Continuation([new(ChatRole.User, "a")], " \n")).Messages.Select(turn => (turn.Role, turn.Text))
        );

    private static IEnumerable<string> Of(params (string Role, string Text)[] said) =>
        Turns
            .Of([.. said.Select(one => new ChatMessage(new ChatRole(one.Role), one.Text))])
            .Messages.Select(turn => $"{turn.Role}: {turn.Text}");
}
