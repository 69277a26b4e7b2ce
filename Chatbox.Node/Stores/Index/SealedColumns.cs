using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Chatbox.Actors.Sealing;

namespace Chatbox.Node.Stores.Index;

/// <summary>
/// Columns that hold what people said and are called. The first byte says whether the rest is plain UTF-8 (0) or a record of the cipher
/// (1), so that rows from before a key was set stay readable until <c>rekey</c> has sealed them. A record belongs to its place (<see cref="Associated"/>): it does not open
/// anywhere else.
/// </summary>
internal sealed class SealedColumns(IContentCipher cipher)
{
    public const string Name = "name";
    public const string AdminName = "admin";
    public const string Body = "body";

    /// <summary>The seq of what belongs to the session as a whole.</summary>
    public const long NoSeq = 0;

    private const byte Plain = 0;
    private const byte Sealed = 1;

    public byte[] Write(string session, long seq, string column, string text) => Write(session, seq, column, Encoding.UTF8.GetBytes(text));

    public byte[] Write(string session, long seq, MessageBody body) =>
        Write(session, seq, Body, JsonSerializer.SerializeToUtf8Bytes(body, BodyJson.Compact.MessageBody));

    /// <exception cref="ContentSealedException">The key is not known, or the value is not from this place.</exception>
    public string Read(string session, long seq, string column, byte[] value) => Encoding.UTF8.GetString(Open(session, seq, column, value));

    /// <exception cref="ContentSealedException">The key is not known, or the value is not from this place.</exception>
    public MessageBody ReadBody(string session, long seq, byte[] value) =>
        JsonSerializer.Deserialize(Open(session, seq, Body, value), BodyJson.Compact.MessageBody)
        ?? throw new InvalidDataException($"Message {seq} of session {session} has no body.");

    /// <summary>Whether a value holds a record of the cipher.</summary>
    public static bool IsSealed(byte[] value) => value is [Sealed, ..];

    /// <summary>The cipher's record in a value; false if the value is plain.</summary>
    public static bool IsSealed(byte[] value, out ReadOnlySpan<byte> record)
    {
        record = value.AsSpan(1);
        return value[0] == Sealed;
    }

    /// <summary>What a value is sealed together with: <c>session/seq/column</c>.</summary>
    public static byte[] Associated(string session, long seq, string column) => Encoding.UTF8.GetBytes($"{session}/{seq}/{column}");

    private byte[] Write(string session, long seq, string column, byte[] plain) =>
        cipher.IsSealing ? [Sealed, .. cipher.Seal(plain, Associated(session, seq, column))] : [Plain, .. plain];

    private ReadOnlySpan<byte> Open(string session, long seq, string column, byte[] value) =>
        value[0] switch
        {
            Plain when cipher.AcceptsPlain => value.AsSpan(1),
            Plain => throw new ContentSealedException(
                $"Column {column} of session {session} at {seq} is in clear text, in a store that is sealed as a whole."
            ),
            Sealed => cipher.Open(value.AsSpan(1), Associated(session, seq, column)),
            var kind => throw new InvalidDataException($"Column {column} of session {session} at {seq} is of an unknown kind, {kind}."),
        };
}

/// <summary>What of a message is sealed, as one record.</summary>
internal sealed record MessageBody(string Content, ImmutableSortedDictionary<string, string> Metadata, string? FileId, string? FileUrl);

[JsonSerializable(typeof(MessageBody))]
internal sealed partial class BodyJson : JsonSerializerContext
{
    /// <summary>Text as it is: nobody puts this JSON into a page.</summary>
    public static BodyJson Compact { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
                DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}
