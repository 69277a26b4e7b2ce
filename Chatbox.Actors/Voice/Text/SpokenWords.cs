using System.Text.RegularExpressions;

namespace Chatbox.Actors.Voice.Text;

/// <summary>What is read aloud of a sentence in Markdown.</summary>
internal static partial class SpokenWords
{
    /// <summary>The words of a sentence; empty if it has neither a letter nor a digit.</summary>
    /// <param name="beginsLine">Whether the sentence is the first of its line, where signs of headings, lists and quotations stand.</param>
    public static string Of(string sentence, bool beginsLine)
    {
        var text = beginsLine ? LineSigns().Replace(sentence, "") : sentence;
        text = Link().Replace(text, "$1");
        text = Address().Replace(text, "$1");
        text = Reference().Replace(text, "");
        text = Tag().Replace(text, " ");
        text = Emphasis().Replace(text, "");
        text = Escape().Replace(text, "$1");
        text = Space().Replace(text, " ").Trim();
        return HasWords().IsMatch(text) ? text : "";
    }

    /// <summary>Quotation, heading, list with or without a box to tick.</summary>
    [GeneratedRegex(@"^[\s>]*(?:#{1,6}\s+)?(?:[-*+]\s+(?:\[[ xX]\]\s+)?)?")]
    private static partial Regex LineSigns();

    /// <summary>A link or an image: its text stays. One pair of brackets can be part of the address.</summary>
    [GeneratedRegex(@"!?\[([^\[\]]*)\]\([^()]*(?:\([^()]*\)[^()]*)?\)")]
    private static partial Regex Link();

    /// <summary>An address in the text: its host stays, and so does the sentence's punctuation after it.</summary>
    [GeneratedRegex(@"<?https?://(?:www\.)?([\p{L}\p{N}._-]*[\p{L}\p{N}])(?:[/:?#](?:[^\s<>()\[\]]*[^\s<>()\[\].,;:!?'""])?)?>?")]
    private static partial Regex Address();

    /// <summary>The number of a source or a footnote.</summary>
    [GeneratedRegex(@"\[\^?\d+\]")]
    private static partial Regex Reference();

    [GeneratedRegex("</?[A-Za-z][^<>]*>")]
    private static partial Regex Tag();

    /// <summary>Signs of emphasis, code and deletion at words, not a sign that stands alone (5 * 3) or within a word (snake_case).</summary>
    [GeneratedRegex(@"`+|~~|(?<=[^\s\\])\*+|(?<!\\)\*+(?=\S)|(?<![\p{L}\p{N}\\])_+|(?<!\\)_+(?![\p{L}\p{N}])")]
    private static partial Regex Emphasis();

    [GeneratedRegex(@"\\([\\`*_{}\[\]()#+\-.!|>~])")]
    private static partial Regex Escape();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    /// <summary>Surrogates count: letters outside the first plane are among them.</summary>
    [GeneratedRegex(@"[\p{L}\p{N}]|[\uD800-\uD82F\uD835\uD83A-\uD83B\uD840-\uD87F]")]
    private static partial Regex HasWords();
}
