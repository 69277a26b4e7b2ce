using System.Buffers;
using System.Text;

namespace Chatbox.Actors.Voice.Text;

/// <summary>
/// Takes a growing answer and gives the sentences that people would read aloud, each as soon as it is whole: without code blocks, tables and
/// Markdown's signs. How the text arrives in pieces does not change the sentences. Holds at most one sentence.
/// </summary>
/// <param name="most">Most text of all sentences, in UTF-16 code units. The sentence that passes it is left out, and so is all that follows.</param>
internal sealed class SentenceReader(int most)
{
    /// <summary>Greatest length of a sentence, in UTF-16 code units. A longer one is cut, between words if it has any.</summary>
    public const int MaxLength = 500;

    /// <summary>Shortest text before a full stop that ends a sentence: anything shorter may be a number or an abbreviation.</summary>
    private const int MinLength = 16;

    /// <summary>Signs that begin lists and headings, and of which rules consist.</summary>
    private static readonly SearchValues<char> SignsOfLines = SearchValues.Create("-*_=+# \t\r");

    private readonly StringBuilder _line = new();
    private readonly List<string> _whole = [];
    private LineKind _kind;
    private bool _isBeginning = true;
    private string? _fence;
    private int _length;

    /// <summary>What is known of the line that is being read.</summary>
    private enum LineKind
    {
        /// <summary>Its first signs can still become a code block, a list or a rule.</summary>
        Open,

        Words,

        /// <summary>A code block begins here, unless the line closes it again.</summary>
        Fence,

        Table,
    }

    /// <summary>Whether sentences were left out because there is too much text.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Adds text and returns the sentences that are whole now.</summary>
    public IReadOnlyList<string> Add(string text)
    {
        foreach (var c in text)
            if (c == '\n')
                EndLine();
            else
                Append(c);
        return Take();
    }

    /// <summary>The text is whole: returns what is left.</summary>
    public IReadOnlyList<string> End()
    {
        EndLine();
        return Take();
    }

    private IReadOnlyList<string> Take()
    {
        if (_whole.Count == 0)
            return [];
        var taken = _whole.ToArray();
        _whole.Clear();
        return taken;
    }

    private void Append(char c)
    {
        if (_fence is not null || _kind != LineKind.Words)
        {
            // Of lines without words only the beginning counts.
            if (_line.Length < MaxLength)
                _line.Append(c);
            if (_fence is null && _kind == LineKind.Open)
                _kind = Kind(_line.ToString());
            return;
        }

        if (SentenceEnd.IsBefore(c, _line, MinLength))
            SayLine(_line.Length);
        else if (_line.Length >= MaxLength)
            SayLine(Cut());
        _line.Append(c);
    }

    /// <summary>Where a sentence that is too long is cut.</summary>
    private int Cut()
    {
        for (var at = _line.Length - 1; at > MaxLength / 2; at--)
            if (char.IsWhiteSpace(_line[at]))
                return at;
        return char.IsHighSurrogate(_line[^1]) ? _line.Length - 1 : _line.Length;
    }

    private void EndLine()
    {
        if (_fence is not null)
        {
            if (Closes(_line.ToString(), _fence))
                _fence = null;
        }
        else if (_kind == LineKind.Fence && FenceOf(_line.ToString()) is { } fence)
        {
            _fence = fence;
        }
        else if (_kind is LineKind.Words or LineKind.Fence)
        {
            SayLine(_line.Length);
        }

        _line.Clear();
        (_kind, _isBeginning) = (LineKind.Open, true);
    }

    /// <summary>Takes the first part of the line as a sentence.</summary>
    private void SayLine(int length)
    {
        var words = SpokenWords.Of(_line.ToString(0, length), _isBeginning);
        _line.Remove(0, length);
        _isBeginning = false;
        if (words.Length == 0 || IsCut)
            return;
        if (_length + words.Length > most)
        {
            IsCut = true;
            return;
        }

        _length += words.Length;
        _whole.Add(words);
    }

    /// <summary>The kind of a line that begins like this.</summary>
    private static LineKind Kind(string line)
    {
        var text = Content(line);
        if (text.IsEmpty)
            return LineKind.Open;
        var run = Run(text);
        return text[0] switch
        {
            '`' or '~' => run >= 3 ? LineKind.Fence
            : run == text.Length ? LineKind.Open
            : LineKind.Words,
            '|' => LineKind.Table,
            '-' or '*' or '_' or '=' or '+' or '#' => text.ContainsAnyExcept(SignsOfLines) ? LineKind.Words : LineKind.Open,
            _ => LineKind.Words,
        };
    }

    /// <summary>The sign that opens a code block; null if the line closes it again, and has words.</summary>
    private static string? FenceOf(string line)
    {
        var text = Content(line);
        var run = Run(text);
        return text[0] == '`' && text[run..].Contains('`') ? null : text[..run].ToString();
    }

    private static bool Closes(string line, string fence)
    {
        var text = Content(line).TrimEnd();
        return text.Length >= fence.Length && text[0] == fence[0] && Run(text) == text.Length;
    }

    /// <summary>The line without its indent and the signs of quotations.</summary>
    private static ReadOnlySpan<char> Content(string line) => line.AsSpan().TrimStart(" \t>");

    /// <summary>How often the first sign is repeated.</summary>
    private static int Run(ReadOnlySpan<char> text) => text.IndexOfAnyExcept(text[0]) is var end and >= 0 ? end : text.Length;
}
