using System.Globalization;

namespace Chatbox.Actors.Sessions.State;

/// <summary>
/// What a session is called in lists, from its first message (protocol section 6): the first line or the first sentence of it, whichever
/// is shorter. A character is what people take for one: none is cut in two, not even one of several code points.
/// </summary>
public static class SessionName
{
    /// <summary>Of a message in which there is nothing to read.</summary>
    public const string Empty = "New Chat";

    /// <summary>Most characters of a name.</summary>
    public const int MaxCharacters = 50;

    /// <summary>Most UTF-16 code units of a name: a single character can have any number of marks.</summary>
    public const int MaxLength = 500;

    private const string Ellipsis = "...";

    /// <summary>Most characters in front of the ellipsis.</summary>
    private const int MaxShortened = MaxCharacters - 3;

    public static string From(string message)
    {
        var sentence = Sentence(Line(message.AsSpan().Trim()));
        var name = Shorten(sentence.ToString());
        return name.Length == 0 ? Empty : name;
    }

    private static ReadOnlySpan<char> Line(ReadOnlySpan<char> text) =>
        text.IndexOfAny("\r\n\v\f\u0085\u2028\u2029") is var end and >= 0 ? text[..end].TrimEnd() : text;

    /// <summary>A mark ends a sentence where nothing or a space follows: not in 3.5 or example.com.</summary>
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
        // Where each character starts; one more than a name has says that it is too long.
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
