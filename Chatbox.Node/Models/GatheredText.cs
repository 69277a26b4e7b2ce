using System.Buffers;
using System.Text.Unicode;

namespace Chatbox.Node.Models;

/// <summary>Text of an answer that was parsed and not handed over yet. One object serves a whole answer, so a token allocates nothing.</summary>
internal sealed class GatheredText
{
    private char[] _chars = new char[256];

    /// <summary>Length in UTF-16 code units.</summary>
    public int Length { get; private set; }

    public void Append(char one)
    {
        Room(1)[0] = one;
        Length++;
    }

    public void Append(ReadOnlySpan<char> text)
    {
        text.CopyTo(Room(text.Length));
        Length += text.Length;
    }

    /// <summary>Appends UTF-8; false if the bytes do not consist of whole characters, and then nothing is appended.</summary>
    public bool TryAppend(ReadOnlySpan<byte> bytes)
    {
        // No character takes more code units than bytes.
        var room = Room(bytes.Length);
        if (Utf8.ToUtf16(bytes, room, out _, out var written, replaceInvalidSequences: false) != OperationStatus.Done)
            return false;
        Length += written;
        return true;
    }

    /// <summary>The text from a position on.</summary>
    public string From(int start) => new(_chars, start, Length - start);

    /// <summary>Drops the text after a length.</summary>
    public void Keep(int length) => Length = length;

    /// <summary>Drops a part of the text.</summary>
    public void Remove(int start, int count)
    {
        _chars.AsSpan(start + count, Length - start - count).CopyTo(_chars.AsSpan(start));
        Length -= count;
    }

    /// <summary>Returns the beginning of the text, and drops it.</summary>
    public string Take(int length)
    {
        if (length == 0)
            return "";
        var text = new string(_chars, 0, length);
        Remove(0, length);
        return text;
    }

    private Span<char> Room(int length)
    {
        if (_chars.Length - Length < length)
            Array.Resize(ref _chars, Math.Max(_chars.Length * 2, Length + length));
        return _chars.AsSpan(Length, length);
    }
}
