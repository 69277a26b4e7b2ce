using System.Text;

namespace Chatbox.Actors.Voice.Text;

/// <summary>Finds the ends of sentences, in scripts with and without spaces between them.</summary>
internal static class SentenceEnd
{
    /// <summary>Marks after which a space must follow: Latin and its kin, Greek, Arabic and Urdu, Armenian.</summary>
    private const string Stops = ".!?\u2026\u037E\u061F\u06D4\u0589";

    /// <summary>Marks that always end a sentence: Chinese and Japanese, Devanagari, Burmese, Khmer, Ethiopic.</summary>
    private const string FullStops = "\u3002\uFF01\uFF1F\uFF61\u0964\u0965\u104B\u17D4\u1362\u1367";

    /// <summary>What can stand between such a mark and the next sentence: quotation marks, brackets, and Markdown's signs.</summary>
    private const string Closers = "\"'\u201D\u2019\u00BB\u203A)]\uFF09\u300D\u300F\u3011*_`~";

    /// <summary>Whether a sentence ends where the text ends, now that this character follows.</summary>
    /// <param name="text">Not empty text before the character, from the beginning of its sentence.</param>
    /// <param name="shortest">Shortest sentence that a mark with a space ends, in UTF-16 code units.</param>
    public static bool IsBefore(char next, StringBuilder text, int shortest)
    {
        var last = text.Length - 1;
        if (last < 0 || char.IsWhiteSpace(next))
            return false;
        var hasSpace = char.IsWhiteSpace(text[last]);
        if (!hasSpace && (Closers.Contains(next) || Stops.Contains(next) || FullStops.Contains(next)))
            return false;
        while (last >= 0 && char.IsWhiteSpace(text[last]))
            last--;
        while (last >= 0 && Closers.Contains(text[last]))
            last--;
        if (last < 0)
            return false;
        var mark = text[last];
        if (FullStops.Contains(mark))
            return !IsInLink(text);
        return hasSpace
            && Stops.Contains(mark)
            && last + 1 >= shortest
            && !(mark == '.' && (char.IsLower(next) || IsInitial(text, last)))
            && !IsInLink(text);
    }

    /// <summary>Whether the full stop belongs to a single letter, as in J. S. Bach and z. B.</summary>
    private static bool IsInitial(StringBuilder text, int stop) =>
        stop > 0 && char.IsLetter(text[stop - 1]) && (stop < 2 || !char.IsLetterOrDigit(text[stop - 2]));

    /// <summary>Whether the text ends within Markdown's link: its sign would be read aloud if the link were taken apart.</summary>
    private static bool IsInLink(StringBuilder text)
    {
        var (open, address) = (0, false);
        for (var n = 0; n < text.Length; n++)
        {
            switch (text[n])
            {
                case '[':
                    open++;
                    break;
                case ']':
                    open = Math.Max(0, open - 1);
                    address |= n + 1 < text.Length && text[n + 1] == '(';
                    break;
                case ')':
                    address = false;
                    break;
            }
        }

        return open > 0 || address;
    }
}
