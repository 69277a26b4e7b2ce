using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Chatbox.Messages.Frames;

/// <summary>
/// How large a message is, content and metadata together. Whatever a client can put into one counts, because all of it is journaled, kept
/// in memory, and sent to every viewer as one frame.
/// </summary>
public static class MessageSize
{
    /// <summary>Most bytes of UTF-8 in content, keys and values together.</summary>
    public const int MaxBytes = 65_536;

    /// <summary>
    /// Most bytes of the same as JSON, where a character can take six times as many. With it a frame stays so small that less than 256 KiB
    /// wait for a socket: 64 KiB of a session's window, this frame, and 64 KiB of the connection's own frames.
    /// </summary>
    public const int MaxJsonBytes = 122_880;

    /// <summary>The quotes, the colon and the comma of an entry.</summary>
    private const int Punctuation = 6;

    /// <summary>Most bytes of JSON that one UTF-16 code unit takes: <c>\uXXXX</c>.</summary>
    private const int JsonBytesOfCodeUnit = 6;

    /// <summary>Stands in the metadata of a frame that had to be shortened; the history has the whole message.</summary>
    private const string TruncatedKey = "truncated";

    /// <summary>Whether a client may send it.</summary>
    public static bool IsAllowed(string content, IReadOnlyDictionary<string, string> metadata)
    {
        if (CodeUnits(content, metadata) * JsonBytesOfCodeUnit <= MaxBytes)
            return true;
        var bytes = metadata.Sum(m => Encoding.UTF8.GetByteCount(m.Key) + Encoding.UTF8.GetByteCount(m.Value));
        return bytes + Encoding.UTF8.GetByteCount(content) <= MaxBytes && FitsFrame(content, metadata);
    }

    /// <summary>
    /// A message as one frame can hold it. What a client sends today always fits; what was imported, or was stored by an earlier release,
    /// may have to be shortened.
    /// </summary>
    public static (string Content, IReadOnlyDictionary<string, string> Metadata) Fit(
        string content,
        IReadOnlyDictionary<string, string> metadata
    )
    {
        if (FitsFrame(content, metadata))
            return (content, metadata);
        var left = MaxJsonBytes - JsonBytesOf(TruncatedKey, "true");
        var text = Shorten(content, left);
        left -= JsonBytesOf(text);
        var kept = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in metadata)
        {
            var bytes = JsonBytesOf(key, value);
            if (bytes > left)
                continue;
            kept[key] = value;
            left -= bytes;
        }

        kept[TruncatedKey] = "true";
        return (text, kept.ToImmutable());
    }

    private static bool FitsFrame(string content, IReadOnlyDictionary<string, string> metadata) =>
        CodeUnits(content, metadata) * JsonBytesOfCodeUnit <= MaxJsonBytes
        || JsonBytesOf(content) + metadata.Sum(m => JsonBytesOf(m.Key, m.Value)) <= MaxJsonBytes;

    private static long CodeUnits(string content, IReadOnlyDictionary<string, string> metadata) =>
        content.Length + metadata.Sum(m => (long)m.Key.Length + m.Value.Length + Punctuation);

    private static int JsonBytesOf(string key, string value) => JsonBytesOf(key) + JsonBytesOf(value) + Punctuation;

    private static int JsonBytesOf(string text) =>
        JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes.Length;

    /// <summary>Never ends inside a character of two code units.</summary>
    private static string Shorten(string text, int maxJsonBytes)
    {
        for (var bytes = JsonBytesOf(text); bytes > maxJsonBytes; bytes = JsonBytesOf(text))
        {
            var length = Math.Min(text.Length - 1, (int)((long)text.Length * maxJsonBytes / bytes));
            text = text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
        }

        return text;
    }
}
