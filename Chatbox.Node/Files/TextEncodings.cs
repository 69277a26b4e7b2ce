using System.Buffers;
using System.Text;

namespace Chatbox.Node.Files;

/// <summary>Tells text from other bytes, and finds its encoding: UTF-8, UTF-16 or UTF-32 with a byte order mark, else Latin-1.</summary>
internal static class TextEncodings
{
    private const int BufferSize = 64 * 1024;

    // All but those that lay out text, and those that old programs leave in it: form feeds separate pages, vertical tabs are line breaks of
    // word processors, escapes colour the logs of terminals, backspaces print bold, and DOS ends files with 1A.
    private static readonly SearchValues<byte> Controls = SearchValues.Create([
        .. Enumerable.Range(0, ' ').Select(value => (byte)value).Except("\b\t\n\v\f\r\x1A\x1B"u8.ToArray()),
    ]);

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether the first bytes of a file are those of a text: no control characters but those that lay out text.</summary>
    public static bool LooksLikeText(ReadOnlySpan<byte> head) => Marked(head) is not null || !HasControls(head);

    /// <summary>Whether the whole content is text. Reads the content once.</summary>
    public static bool IsText(Stream content, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        content.Position = 0;
        for (var isFirst = true; ; isFirst = false)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var read = content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (read == 0)
                return true;
            if (isFirst && Marked(buffer.AsSpan(0, read)) is { } wide and not UTF8Encoding)
                return IsWideText(wide, buffer, read);
            if (HasControls(buffer.AsSpan(0, read)))
                return false;
        }
    }

    /// <summary>The encoding of a text. Reads the content once, and stops at the first bytes that are not UTF-8.</summary>
    public static Encoding Of(Stream content, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        content.Position = 0;
        var head = buffer.AsSpan(0, content.ReadAtLeast(buffer.AsSpan(0, 4), 4, throwOnEndOfStream: false));
        if (Marked(head) is { } marked)
            return marked;
        content.Position = 0;
        var decoder = StrictUtf8.GetDecoder();
        var characters = new char[StrictUtf8.GetMaxCharCount(buffer.Length)];
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var read = content.Read(buffer);
                decoder.GetChars(buffer.AsSpan(0, read), characters, flush: read == 0);
                if (read == 0)
                    return Encoding.UTF8;
            }
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1;
        }
    }

    /// <summary>The encoding that a byte order mark names; null without a mark.</summary>
    private static Encoding? Marked(ReadOnlySpan<byte> head) =>
        head switch
        {
            [0xEF, 0xBB, 0xBF, ..] => Encoding.UTF8,
            [0xFF, 0xFE, 0x00, 0x00, ..] => Encoding.UTF32,
            [0xFF, 0xFE, ..] => Encoding.Unicode,
            [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode,
            _ => null,
        };

    /// <summary>Whether the first characters of a text in UTF-16 or UTF-32 are text.</summary>
    private static bool IsWideText(Encoding encoding, byte[] buffer, int read)
    {
        var text = encoding.GetString(buffer, 0, Math.Min(read, 4096));
        return !text.Any(c => c < ' ' && Controls.Contains((byte)c));
    }

    private static bool HasControls(ReadOnlySpan<byte> bytes) => bytes.IndexOfAny(Controls) >= 0;
}
