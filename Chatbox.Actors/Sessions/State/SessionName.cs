using System.Buffers;
using System.Globalization;

namespace Chatbox.Actors.Sessions.State;

/// <summary>
/// Makes a session's name in lists from its first message (protocol section 6): its first line or first sentence, whichever is shorter.
/// Characters are counted as people see them, and a character of several code points is never cut.
/// </summary>
public static class SessionName
{
    /// <summary>The name for a message without visible text.</summary>
    public const string Empty = "New Chat";

    /// <summary>Most characters of a name.</summary>
    public const int MaxCharacters = 50;

    /// <summary>Most UTF-16 code units of a name. Limited because one character can have any number of combining marks.</summary>
    public const int MaxLength = 500;

    private const string Ellipsis = "...";

    /// <summary>Most characters in front of the ellipsis.</summary>
    private const int MaxShortened = MaxCharacters - 3;

    private static readonly SearchValues<char> LineEnds = SearchValues.Create("\r\n\v\f\u0085\u2028\u2029");

    public static string From(string message)
    {
        var sentence = Sentence(Line(message.AsSpan().Trim()));
        var name = Shorten(sentence.ToString());
        return name.Length == 0 ? Empty : name;
    }

    private static ReadOnlySpan<char> Line(ReadOnlySpan<char> text) =>
        text.IndexOfAny(LineEnds) is var end and >= 0 ? text[..end].TrimEnd() : text;

    /// <summary>A punctuation mark ends a sentence only before a space or the end of the line: not in 3.5 or example.com.</summary>
    private static ReadOnlySpan<char> Sentence(ReadOnlySpan<char> line)
    {
        for (var n = 0; n < line.Length; n++)
        {
            if (line[n] is '.' or '?' or '!' && (n + 1 == line.Length || char.IsWhiteSpace(line[n + 1])))
                return line[..(n + 1)];
        }

        return line;
    }

    private static string Shorten(string text)
    {
        // The start of each character, up to one more than a name may have: if that one exists, the text is too long.
        var starts = new List<int>(MaxCharacters + 1);
        for (var at = 0; at < text.Length && starts.Count <= MaxCharacters; at += StringInfo.GetNextTextElementLength(text, at))
            starts.Add(at);
        if (starts.Count <= MaxCharacters && text.Length <= MaxLength)
            return text;

        var end = starts.LastOrDefault(s => s <= MaxLength - Ellipsis.Length);
        end = Math.Min(end, starts.Count > MaxShortened ? starts[MaxShortened] : text.Length);
        for (var n = Math.Min(starts.Count - 1, MaxShortened); n > 0; n--)
        {
            if (starts[n] <= end && char.IsWhiteSpace(text[starts[n]]))
            {
                end = starts[n];
                break;
            }
        }

        return end == 0 ? "" : text[..end].TrimEnd() + Ellipsis;
    }
}
