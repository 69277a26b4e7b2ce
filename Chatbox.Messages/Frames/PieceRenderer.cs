using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Chatbox.Messages.Frames;

/// <summary>
/// Renders the pieces of one answer. Pieces are the most frequent frames of a node, so the common part is rendered once per answer, and
/// each piece takes a single allocation of its exact size.
/// </summary>
public sealed class PieceRenderer(SessionId session, MessageId answer, ModelId model)
{
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    private readonly byte[] _head = Encoding.UTF8.GetBytes(
        $$$"""{"type":"ai_response","session_id":{{{Quote(session.Value)}}},"sender":"ai","model_id":{{{Quote(model.Value)}}},"message_id":{{{Quote(answer.Value)}}},"metadata":{"streaming":"true","done":"false"},"timestamp":"yyyy-mm-ddThh:mm:ss.fffZ","offset":"""
    );

    /// <summary>Renders the piece that starts at <paramref name="offset"/>, in UTF-16 code units of the answer.</summary>
    public ReadOnlyMemory<byte> Render(int offset, ReadOnlySpan<char> text, DateTimeOffset at)
    {
        const int most = 6; // \uXXXX, the longest form of a code unit
        var buffer = ArrayPool<byte>.Shared.Rent(_head.Length + 32 + text.Length * most);
        try
        {
            _head.CopyTo(buffer, 0);
            WriteTimestamp(buffer.AsSpan(_head.Length - TimestampFromEnd, TimestampLength), at);
            var length = _head.Length;
            Utf8Formatter.TryFormat(offset, buffer.AsSpan(length), out var written);
            length += written;
            length += Copy(",\"content\":\""u8, buffer.AsSpan(length));
            length += Escape(text, buffer.AsSpan(length));
            length += Copy("\"}"u8, buffer.AsSpan(length));
            return buffer.AsSpan(0, length).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private const int TimestampLength = 24;
    private static readonly int TimestampFromEnd = TimestampLength + "\",\"offset\":".Length;

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text, Encoder)}\"";

    private static void WriteTimestamp(Span<byte> target, DateTimeOffset at) =>
        at.UtcDateTime.TryFormat(target, out _, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private static int Copy(ReadOnlySpan<byte> from, Span<byte> to)
    {
        from.CopyTo(to);
        return from.Length;
    }

    private static int Escape(ReadOnlySpan<char> text, Span<byte> to)
    {
        var chars = ArrayPool<char>.Shared.Rent(text.Length * 6);
        try
        {
            Encoder.Encode(text, chars, out _, out var escaped);
            return Encoding.UTF8.GetBytes(chars.AsSpan(0, escaped), to);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(chars);
        }
    }
}
