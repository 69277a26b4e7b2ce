using System.Globalization;
using System.Text;

namespace Chatbox.Node.Models;

/// <summary>
/// Decodes the strings in the events of one answer. A provider that streams token by token may split a character, either into the two
/// escapes of a surrogate pair or into the bytes of its UTF-8. Bytes that are split over two strings are joined; the halves of a pair stay
/// as they are.
/// </summary>
internal sealed class JsonText
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private bool _holdsBytes;

    /// <summary>Appends the content of a JSON string, which may end in the first bytes of a character.</summary>
    public void Next(ReadOnlySpan<byte> raw, bool isEscaped, GatheredText text)
    {
        if (isEscaped)
            for (var escape = raw.IndexOf((byte)'\\'); escape >= 0; escape = raw.IndexOf((byte)'\\'))
            {
                // Nothing can complete a character that ends before an escape.
                Append(text, raw[..escape], flush: true);
                var length = raw[escape + 1] == 'u' ? 6 : 2;
                text.Append(Character(raw.Slice(escape + 1, length - 1)));
                raw = raw[(escape + length)..];
            }

        Append(text, raw, flush: false);
    }

    /// <summary>Returns U+FFFD if the last string ended in an incomplete character, and an empty text otherwise.</summary>
    public string Rest()
    {
        var held = _holdsBytes;
        _decoder.Reset();
        _holdsBytes = false;
        return held ? "\uFFFD" : "";
    }

    /// <summary>Decodes the content of a JSON string that is complete.</summary>
    public static string Unescape(ReadOnlySpan<byte> raw)
    {
        var text = new GatheredText();
        var decoder = new JsonText();
        decoder.Next(raw, isEscaped: true, text);
        return text.Take(text.Length) + decoder.Rest();
    }

    // The reader has checked that every escape is valid.
    private static char Character(ReadOnlySpan<byte> escape) =>
        escape[0] switch
        {
            (byte)'b' => '\b',
            (byte)'f' => '\f',
            (byte)'n' => '\n',
            (byte)'r' => '\r',
            (byte)'t' => '\t',
            (byte)'u' => (char)ushort.Parse(escape[1..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            var itself => (char)itself,
        };

    private void Append(GatheredText text, ReadOnlySpan<byte> bytes, bool flush)
    {
        if (!_holdsBytes && text.TryAppend(bytes))
            return;
        Span<char> chars = stackalloc char[256];
        bool completed;
        do
        {
            _decoder.Convert(bytes, chars, flush, out var used, out var written, out completed);
            text.Append(chars[..written]);
            bytes = bytes[used..];
        } while (!completed);
        _holdsBytes = !flush && _decoder.GetCharCount(default, flush: true) > 0;
    }
}
