using System.Text;
using System.Text.Unicode;

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

    /// <summary>Decodes the content of a JSON string, which may end in the first bytes of a character.</summary>
    public string Next(ReadOnlySpan<byte> raw, bool isEscaped)
    {
        if (!_holdsBytes && !isEscaped && Utf8.IsValid(raw))
            return Encoding.UTF8.GetString(raw);
        var text = new StringBuilder(raw.Length);
        Unescape(raw, text, _decoder);
        _holdsBytes = _decoder.GetCharCount(default, flush: true) > 0;
        return text.ToString();
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
        var text = new StringBuilder(raw.Length);
        var decoder = Encoding.UTF8.GetDecoder();
        Unescape(raw, text, decoder);
        Append(text, decoder, default, flush: true);
        return text.ToString();
    }

    private static void Unescape(ReadOnlySpan<byte> raw, StringBuilder text, Decoder decoder)
    {
        for (var escape = raw.IndexOf((byte)'\\'); escape >= 0; escape = raw.IndexOf((byte)'\\'))
        {
            Append(text, decoder, raw[..escape], flush: true);
            var length = raw[escape + 1] == 'u' ? 6 : 2;
            text.Append(Character(raw.Slice(escape + 1, length - 1)));
            raw = raw[(escape + length)..];
        }

        Append(text, decoder, raw, flush: false);
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
            (byte)'u' => (char)Convert.ToInt32(Encoding.ASCII.GetString(escape[1..]), 16),
            var itself => (char)itself,
        };

    private static void Append(StringBuilder text, Decoder decoder, ReadOnlySpan<byte> bytes, bool flush)
    {
        Span<char> chars = stackalloc char[256];
        bool completed;
        do
        {
            decoder.Convert(bytes, chars, flush, out var used, out var written, out completed);
            text.Append(chars[..written]);
            bytes = bytes[used..];
        } while (!completed);
    }
}
