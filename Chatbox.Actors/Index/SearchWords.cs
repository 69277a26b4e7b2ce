using System.Globalization;
using System.Text;

namespace Chatbox.Actors.Index;

/// <summary>
/// Splits a text into the words that search finds it by: runs of letters, digits and combining marks, in any case. In scripts without
/// spaces or with attached endings (Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese), each character and each pair of neighbours is a
/// word, so any part of a text finds it. An accent as a separate combining mark does not match the precomposed letter: .NET composes
/// letters only with ICU, which a node runs without.
/// </summary>
public static class SearchWords
{
    /// <summary>The words of a text that the index stores.</summary>
    public static IReadOnlySet<string> OfText(string text) => Collect(text, withSingles: true);

    /// <summary>The words of a query, all of which a text must have. A single character counts only if it has no neighbour in the query.</summary>
    public static IReadOnlySet<string> OfQuery(string query) => Collect(query, withSingles: false);

    private static HashSet<string> Collect(string text, bool withSingles)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        var word = new StringBuilder();
        var unspaced = new List<Rune>();
        foreach (var rune in text.EnumerateRunes())
        {
            var isWord = IsPartOfWord(rune);
            var isUnspaced = isWord && (IsUnspaced(rune) || (unspaced.Count > 0 && IsMark(rune)));
            if (!isUnspaced)
                EndRun(unspaced, words, withSingles);
            if (!isWord || isUnspaced)
                EndWord(word, words);

            if (isUnspaced)
                unspaced.Add(rune);
            else if (isWord && (word.Length > 0 || !IsMark(rune)))
                word.Append(Fold(rune).ToString());
        }

        EndRun(unspaced, words, withSingles);
        EndWord(word, words);
        return words;
    }

    private static void EndWord(StringBuilder word, HashSet<string> words)
    {
        if (word.Length == 0)
            return;
        words.Add(word.ToString());
        word.Clear();
    }

    private static void EndRun(List<Rune> run, HashSet<string> words, bool withSingles)
    {
        if (withSingles || run.Count == 1)
            words.UnionWith(run.Select(rune => rune.ToString()));
        words.UnionWith(run.Zip(run.Skip(1), (first, second) => $"{first}{second}"));
        run.Clear();
    }

    // Upper before lower: that makes one letter of the two small sigmas, and of others that share their capital.
    private static Rune Fold(Rune rune) => Rune.ToLowerInvariant(Rune.ToUpperInvariant(rune));

    private static bool IsPartOfWord(Rune rune) => Rune.IsLetterOrDigit(rune) || IsMark(rune);

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static bool IsUnspaced(Rune rune) =>
        rune.Value
            is (>= 0x0E00 and <= 0x0EFF) // Thai, Lao
                or (>= 0x1000 and <= 0x109F) // Burmese
                or (>= 0x1100 and <= 0x11FF) // Korean letters
                or (>= 0x1780 and <= 0x17FF) // Khmer
                or (>= 0x3040 and <= 0x31FF) // Japanese syllables, Korean and Chinese phonetic letters
                or (>= 0x3400 and <= 0x4DBF) // Chinese characters, here and below
                or (>= 0x4E00 and <= 0x9FFF)
                or (>= 0xAC00 and <= 0xD7AF) // Korean syllables
                or (>= 0xF900 and <= 0xFAFF)
                or (>= 0x20000 and <= 0x3FFFF);
}
