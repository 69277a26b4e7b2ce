using System.Globalization;
using System.Text;

namespace Chatbox.Node.Files.Judging;

/// <summary>
/// Follows the bytes of a PDF document and finds names that stand directly after another name, as a key and its value do in a dictionary
/// (ISO 32000-1, 7.2 and 7.3.5). A word in a text or an address is no such pair.
/// </summary>
internal sealed class PdfNames
{
    // Longer than all names that matter, each letter written as a number.
    private const int LongestName = 64;

    private enum Place
    {
        Elsewhere,
        InName,
        AfterName,
        InComment,
    }

    private readonly StringBuilder _name = new();
    private Place _place;
    private string? _before;

    /// <summary>The name before <see cref="Current"/>; null if something else stands between them.</summary>
    public string? Previous { get; private set; }

    /// <summary>The last name, without its slash.</summary>
    public string? Current { get; private set; }

    /// <summary>Whether this byte ends a name.</summary>
    public bool Follow(int value)
    {
        if (_place == Place.InName)
        {
            if (!IsDelimiter(value))
            {
                if (_name.Length < LongestName)
                    _name.Append((char)value);
                return false;
            }
            (Previous, Current) = (_before, Decoded(_name.ToString()));
            Next(value);
            return true;
        }
        if (_place == Place.InComment)
            _place = value is '\r' or '\n' ? Place.AfterName : Place.InComment;
        else if (_place == Place.AfterName || value == '/')
            Next(value);
        return false;
    }

    /// <summary>Starts anew.</summary>
    public void Forget() => (_place, _before, Previous, Current) = (Place.Elsewhere, null, null, null);

    private void Next(int value)
    {
        if (value == '/')
        {
            _before = _place == Place.Elsewhere ? null : Current;
            _name.Clear();
            _place = Place.InName;
        }
        else
            _place =
                IsWhiteSpace(value) ? Place.AfterName
                : value == '%' ? Place.InComment
                : Place.Elsewhere;
    }

    private static bool IsWhiteSpace(int value) => value is 0 or '\t' or '\n' or '\f' or '\r' or ' ';

    private static bool IsDelimiter(int value) =>
        IsWhiteSpace(value) || value is '(' or ')' or '<' or '>' or '[' or ']' or '{' or '}' or '/' or '%';

    /// <summary>A letter can be written as <c>#</c> and its number.</summary>
    private static string Decoded(string name)
    {
        if (!name.Contains('#'))
            return name;
        var decoded = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
            if (
                name[i] == '#'
                && byte.TryParse(name.AsSpan(i + 1, Math.Min(2, name.Length - i - 1)), NumberStyles.HexNumber, null, out var code)
            )
            {
                decoded.Append((char)code);
                i += 2;
            }
            else
                decoded.Append(name[i]);
        return decoded.ToString();
    }
}
