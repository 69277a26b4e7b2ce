using Chatbox.Node.Files.Judging;

namespace Chatbox.Tests.Unit.Files.Judging;

public sealed class NameRulesTests
{
    [Theory]
    [InlineData("photo.png", "photo.png")]
    [InlineData("  photo .PNG ", "photo.png")]
    [InlineData("a<b>:\"|?*.txt", "a_b______.txt")]
    [InlineData("con.txt", "_con.txt")]
    [InlineData("LPT1.backup.txt", "_LPT1.backup.txt")]
    [InlineData("console.txt", "console.txt")]
    [InlineData(".txt", "file.txt")]
    [InlineData(".", "file.txt")]
    [InlineData("a\u200F\u200Eb.txt", "ab.txt")]
    [InlineData("👨‍👩‍👧.txt", "👨‍👩‍👧.txt")]
    [InlineData("notes", "notes.txt")]
    public void A_name_is_made_safe_to_save(string name, string stored)
    {
        Assert.Null(NameRules.Problem(name));
        Assert.Equal(stored, NameRules.Safe(name, stored[stored.LastIndexOf('.')..]));
    }

    [Fact]
    public void A_long_name_is_cut_between_characters_and_keeps_its_extension()
    {
        var stored = NameRules.Safe(new string('a', 250) + "👍👍👍👍.png", ".png");

        Assert.Equal(new string('a', 250) + ".png", stored);
    }

    [Fact]
    public void A_name_of_the_greatest_length_stays()
    {
        var name = new string('a', NameRules.Longest - 4) + ".png";

        Assert.Equal(name, NameRules.Safe(name, ".png"));
    }
}
