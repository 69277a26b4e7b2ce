using Chatbox.Actors.Voice.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Chatbox.Tests.Unit.Voice;

/// <summary>What is read aloud of an answer: whole sentences, in several scripts, without what stands on a screen only.</summary>
public sealed class SentenceReaderTests
{
    [Theory]
    [InlineData("The first one is here. And the second? Yes!", "The first one is here.|And the second? Yes!")]
    [InlineData("It costs 3.50 at most, e.g. at home. Done.", "It costs 3.50 at most, e.g. at home.|Done.")]
    [InlineData("Musik von J. S. Bach, z. B. die Messe. Und mehr.", "Musik von J. S. Bach, z. B. die Messe.|Und mehr.")]
    [InlineData("He said \"that is all there is.\" Then he left.", "He said \"that is all there is.\"|Then he left.")]
    [InlineData("Wait for it to happen... or do not. End", "Wait for it to happen... or do not.|End")]
    [InlineData("东京很大。人很多！真的吗？是", "东京很大。|人很多！|真的吗？|是")]
    [InlineData("彼は「はい。」と言った。終わり。", "彼は「はい。」|と言った。|終わり。")]
    [InlineData("यह पहला वाक्य है। यह दूसरा है।", "यह पहला वाक्य है।|यह दूसरा है।")]
    [InlineData("هل هذا هو السؤال الأول؟ نعم، هذا هو.", "هل هذا هو السؤال الأول؟|نعم، هذا هو.")]
    [InlineData("Это первое предложение. Это второе.", "Это первое предложение.|Это второе.")]
    public void Sentences_are_told_apart(string text, string expected) => Assert.Equal(expected.Split('|'), Read(text));

    [Theory]
    [InlineData("# A heading\nWords under it.", "A heading|Words under it.")]
    [InlineData("- one\n- [x] two\n* three\n1. four", "one|two|three|1. four")]
    [InlineData("> A quotation.\n> Its end.", "A quotation.|Its end.")]
    [InlineData("Some **bold**, *soft*, __both__, ~~gone~~ and `code` words.", "Some bold, soft, both, gone and code words.")]
    [InlineData("**A sentence in bold print.** *Another one.*", "A sentence in bold print.|Another one.")]
    [InlineData("A [link. With a stop](https://example.com/a_(b).html \"x. Y\") here.", "A link. With a stop here.")]
    [InlineData(
        "![A picture](cat.png) is above. See https://www.example.com/a/b?c=d for more.",
        "A picture is above.|See example.com for more."
    )]
    [InlineData(
        "Ask https://a.example:80/v1; or <http://b.example/>, or https://c.example/x?y=z.",
        "Ask a.example; or b.example, or c.example."
    )]
    [InlineData("Keep snake_case and 5 * 3 and \\*this\\*.", "Keep snake_case and 5 * 3 and *this*.")]
    [InlineData("As known [1] and noted[^2], it<br>works.", "As known and noted, it works.")]
    [InlineData("Before.\n```csharp\nvar x = 1; // not. This.\n```\nAfter.", "Before.|After.")]
    [InlineData("Before.\n~~~~\n```\nstill code\n~~~\n~~~~\nAfter.", "Before.|After.")]
    [InlineData("> ```\n> code\n> ```\n> After.", "After.")]
    [InlineData("One ```inline``` word.\n```x``` too.", "One inline word.|x too.")]
    [InlineData("Text.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n---\n***\nMore.", "Text.|More.")]
    [InlineData("```\nnever closed", "")]
    [InlineData("🙂 … !\n\n***", "")]
    public void Signs_of_markdown_are_not_read_aloud(string text, string expected) =>
        Assert.Equal(expected.Length == 0 ? [] : expected.Split('|'), Read(text));

    [Fact]
    public void Sentence_is_there_as_soon_as_the_next_one_begins()
    {
        var reader = new SentenceReader(1_000);

        Assert.Empty(reader.Add("The first one is"));
        Assert.Empty(reader.Add(" here. "));
        Assert.Equal(["The first one is here."], reader.Add("A"));
        Assert.Equal(["A line"], reader.Add(" line\n"));
        Assert.Equal(["rest"], [.. reader.Add("rest"), .. reader.End()]);
    }

    [Fact]
    public void Text_without_sentences_is_cut_between_words_and_never_within_a_character()
    {
        var words = Read(string.Join(' ', Enumerable.Repeat("word", 1_000)));
        Assert.All(words, sentence => Assert.InRange(sentence.Length, 1, SentenceReader.MaxLength));
        Assert.All(words, sentence => Assert.All(sentence.Split(' '), word => Assert.Equal("word", word)));

        var letters = Read(string.Concat(Enumerable.Repeat("\U00020000", 1_000)));
        Assert.Equal(2_000, letters.Sum(sentence => sentence.Length));
        Assert.All(letters, sentence => Assert.False(char.IsHighSurrogate(sentence[^1])));
    }

    [Fact]
    public void Too_much_text_ends_with_the_last_sentence_that_fits()
    {
        var reader = new SentenceReader(50);

        Assert.Equal(
            ["This sentence still fits here."],
            [.. reader.Add("This sentence still fits here. This one does not any more. Nor this.")]
        );
        Assert.Empty(reader.End());
        Assert.True(reader.IsCut);
    }

    [Property(MaxTest = 500, Arbitrary = [typeof(Texts)])]
    public void Pieces_do_not_change_the_sentences(string[] pieces)
    {
        var reader = new SentenceReader(300);
        var inPieces = pieces.SelectMany(reader.Add).ToList();
        inPieces.AddRange(reader.End());

        Assert.Equal(Read(string.Concat(pieces), 300), inPieces);
        Assert.InRange(inPieces.Sum(sentence => sentence.Length), 0, 300);
    }

    private static IReadOnlyList<string> Read(string text, int most = 100_000)
    {
        var reader = new SentenceReader(most);
        return [.. reader.Add(text), .. reader.End()];
    }

    public static class Texts
    {
        private static readonly string[] Parts =
        [
            "word",
            " ",
            ". ",
            ".",
            "! ",
            "?",
            "\n",
            "\n\n",
            "```",
            "`",
            "~~~",
            "|",
            "- ",
            "# ",
            "> ",
            "**",
            "_",
            "[",
            "](",
            ")",
            "。",
            "」",
            "Next",
            "a",
            "1.",
            "\t",
            "\r\n",
            "\U00020000",
            "https://x.y/z",
            "<b>",
            "\\",
        ];

        public static Arbitrary<string[]> All() => Gen.ArrayOf(Gen.ArrayOf(Gen.Elements(Parts)).Select(string.Concat)).ToArbitrary();
    }
}
