using System.Globalization;
using Chatbox.Actors.Sessions.State;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Chatbox.Tests.Property.Sessions;

/// <summary>Names of sessions. Protocol section 6.</summary>
public sealed class SessionNameProperties
{
    private const string Family = "\U0001F468\u200D\U0001F469\u200D\U0001F467";
    private const string Accented = "e\u0301\u0323";

    [Theory]
    [InlineData("Hello", "Hello")]
    [InlineData("  Hello there.  How are you? ", "Hello there.")]
    [InlineData("How do I do 3.5 things on example.com? Tell me!", "How do I do 3.5 things on example.com?")]
    [InlineData("Really?! Yes.", "Really?!")]
    [InlineData("First line\r\nSecond line", "First line")]
    [InlineData("First line \u2028Second line", "First line")]
    [InlineData("", "New Chat")]
    [InlineData(" \n\t ", "New Chat")]
    [InlineData("12345678901234567890123456789012345678901234567890", "12345678901234567890123456789012345678901234567890")]
    [InlineData("123456789012345678901234567890123456789012345678901", "12345678901234567890123456789012345678901234567...")]
    [InlineData("Tell me everything about the history of the old town of Bern", "Tell me everything about the history of the old...")]
    [InlineData("Tell me everything about the history of the olds town of Bern", "Tell me everything about the history of the...")]
    public void Name_is_what_the_protocol_says(string message, string name) => Assert.Equal(name, SessionName.From(message));

    [Property(MaxTest = 1_000, Arbitrary = [typeof(Messages)])]
    public void Name_is_short_one_line_and_made_of_whole_characters_of_the_message(string message)
    {
        var name = SessionName.From(message);

        Assert.InRange(Characters(name).Count, 1, SessionName.MaxCharacters);
        Assert.InRange(name.Length, 1, SessionName.MaxLength);
        Assert.Equal(name.Trim(), name);
        Assert.DoesNotContain(name, character => "\r\n\v\f\u0085\u2028\u2029".Contains(character));
        if (name == SessionName.Empty)
            return;
        var kept = message.Trim().StartsWith(name, StringComparison.Ordinal) ? name : name[..^3];
        var characters = Characters(kept);
        Assert.Equal(characters, Characters(message.Trim()).Take(characters.Count));
    }

    [Property(MaxTest = 300, Arbitrary = [typeof(Messages)])]
    public void Only_a_message_with_nothing_to_read_has_no_name_of_its_own(string message)
    {
        if (!string.IsNullOrWhiteSpace(message))
            Assert.NotEqual(SessionName.Empty, SessionName.From(message));
    }

    [Fact]
    public void Single_character_without_end_is_no_name() =>
        Assert.Equal(SessionName.Empty, SessionName.From("a" + new string('\u0301', 10_000)));

    private static List<string> Characters(string text)
    {
        var characters = new List<string>();
        for (var all = StringInfo.GetTextElementEnumerator(text); all.MoveNext(); )
            characters.Add(all.GetTextElement());
        return characters;
    }

    public static class Messages
    {
        public static Arbitrary<string> All() => Gen.ArrayOf(Part()).Select(string.Concat).ToArbitrary();

        private static Gen<string> Part() =>
            Gen.Elements("a", "long", " ", "\n", ".", "?", "! ", "\r\n", Family, Accented, "日本", "🇨🇭", "\u0085", "word word ", "3.5");
    }
}
