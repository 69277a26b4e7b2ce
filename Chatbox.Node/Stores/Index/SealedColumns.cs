using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Chatbox.Actors.Sealing;
using Chatbox.Messages.Sessions;

namespace Chatbox.Node.Stores.Index;

/// <summary>
/// Columns with content and names. The first byte tells whether UTF-8 text (0) or an encrypted record (1) follows, so that rows from
/// before a key was set stay readable until <c>rekey</c> has encrypted them. A record can be decrypted at its own place only (<see
/// cref="Associated"/>).
/// </summary>
internal sealed class SealedColumns(IContentCipher cipher)
{
    public const string Name = "name";
    public const string AdminName = "admin";
    public const string Body = "body";
    public const string Comment = "comment";
    public const string FileName = "file";
    public const string UploadLabel = "upload";

    /// <summary>The sequence number of columns of the session itself.</summary>
    public const long NoSeq = 0;

    private const byte Plain = 0;
    private const byte Sealed = 1;

    public byte[] Write(string session, long seq, string column, string text) => Write(session, seq, column, Encoding.UTF8.GetBytes(text));

    public byte[] Write(string session, long seq, MessageBody body) =>
        Write(session, seq, Body, JsonSerializer.SerializeToUtf8Bytes(body, BodyJson.Compact.MessageBody));

    /// <exception cref="ContentSealedException">The key is unknown, or the value is from another place.</exception>
    public string Read(string session, long seq, string column, byte[] value) => Encoding.UTF8.GetString(Open(session, seq, column, value));

    /// <exception cref="ContentSealedException">The key is unknown, or the value is from another place.</exception>
    public MessageBody ReadBody(string session, long seq, byte[] value) =>
        JsonSerializer.Deserialize(Open(session, seq, Body, value), BodyJson.Compact.MessageBody)
        ?? throw new InvalidDataException($"Message {seq} of session {session} has no body.");

    /// <summary>Whether a value is encrypted.</summary>
    public static bool IsSealed(byte[] value) => value is [Sealed, ..];

    /// <summary>Gets the encrypted record of a value; false for clear text.</summary>
    public static bool IsSealed(byte[] value, out ReadOnlySpan<byte> record)
    {
        record = value.AsSpan(1);
        return value[0] == Sealed;
    }

    /// <summary>The associated data of a value: <c>session/seq/column</c>.</summary>
    public static byte[] Associated(string session, long seq, string column) => Encoding.UTF8.GetBytes($"{session}/{seq}/{column}");

    private byte[] Write(string session, long seq, string column, byte[] plain) =>
        cipher.IsSealing ? [Sealed, .. cipher.Seal(plain, Associated(session, seq, column))] : [Plain, .. plain];

    private ReadOnlySpan<byte> Open(string session, long seq, string column, byte[] value) =>
        value[0] switch
        {
            Plain when cipher.AcceptsPlain => value.AsSpan(1),
            Plain => throw new ContentSealedException(
                $"Column {column} of session {session} at {seq} is in clear text, but the whole store is encrypted."
            ),
            Sealed => cipher.Open(value.AsSpan(1), Associated(session, seq, column)),
            var kind => throw new InvalidDataException($"Column {column} of session {session} at {seq} is of an unknown kind, {kind}."),
        };
}

/// <summary>The encrypted parts of a message, as one record.</summary>
internal sealed record MessageBody(string Content, ImmutableSortedDictionary<string, string> Metadata, string? FileId, string? FileUrl)
{
    /// <summary>Null for a message without files, and in rows of earlier releases.</summary>
    public MessageFiles? Files { get; init; }
}

[JsonSerializable(typeof(MessageBody))]
internal sealed partial class BodyJson : JsonSerializerContext
{
    /// <summary>JSON without escapes for HTML, because it never becomes part of a page.</summary>
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
