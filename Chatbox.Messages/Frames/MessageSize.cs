using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Chatbox.Messages.Frames;

/// <summary>
/// Limits the size of a message, content and metadata together. All of it counts, because it is journaled, kept in memory, and sent to
/// every viewer as one frame.
/// </summary>
public static class MessageSize
{
    /// <summary>Greatest size of content, keys and values together, in bytes of UTF-8.</summary>
    public const int MaxBytes = 65_536;

    /// <summary>
    /// Greatest size of the same as JSON, in bytes; a character can take six times as many there. The limit keeps the bytes that wait for a
    /// socket below 256 KiB: 64 KiB of the session's window, this frame, and 64 KiB of the connection's own frames.
    /// </summary>
    public const int MaxJsonBytes = 122_880;

    /// <summary>Bytes of an entry's quotes, colon and comma.</summary>
    private const int Punctuation = 6;

    /// <summary>Greatest number of JSON bytes for one UTF-16 code unit: <c>\uXXXX</c>.</summary>
    private const int JsonBytesOfCodeUnit = 6;

    /// <summary>The metadata key that marks a shortened frame. The history has the whole message.</summary>
    private const string TruncatedKey = "truncated";

    /// <summary>Whether a client may send a message of this size.</summary>
    public static bool IsAllowed(string content, IReadOnlyDictionary<string, string> metadata)
    {
        if (CodeUnits(content, metadata) * JsonBytesOfCodeUnit <= MaxBytes)
            return true;
        var bytes = metadata.Sum(m => Encoding.UTF8.GetByteCount(m.Key) + Encoding.UTF8.GetByteCount(m.Value));
        return bytes + Encoding.UTF8.GetByteCount(content) <= MaxBytes && FitsFrame(content, metadata);
    }

    /// <summary>
    /// Shortens a message to what one frame can hold. Messages that clients send today always fit; imported messages, and messages of
    /// earlier releases, may not.
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

    /// <summary>Cuts the text without splitting a surrogate pair.</summary>
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
