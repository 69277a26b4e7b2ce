using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Chatbox.Messages.Frames;

/// <summary>
/// The common part of every frame that the server sends: one JSON object as UTF-8, rendered once for all its readers. The frames
/// themselves are in <see cref="ConnectionFrames"/>, <see cref="MessageFrames"/> and <see cref="AnswerFrames"/>. Protocol sections 4 and 5.
/// </summary>
public static class ServerFrame
{
    /// <summary>The fixed reply to a <c>ping</c> frame.</summary>
    public static readonly ReadOnlyMemory<byte> Pong = """{"type":"pong"}"""u8.ToArray();

    private static readonly JsonWriterOptions Options = new()
    {
        // HTML is not escaped, because pages insert text as text. Other scripts stay readable and short; only characters outside the BMP,
        // such as emoji, are still escaped.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>The type of a rendered frame.</summary>
    /// <exception cref="JsonException">The bytes are not a frame.</exception>
    public static string TypeOf(ReadOnlySpan<byte> utf8)
    {
        var json = new Utf8JsonReader(utf8);
        while (json.Read())
            if (json is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 } && json.ValueTextEquals("type"u8) && json.Read())
                return json.GetString()!;
        throw new JsonException("A frame without a type.");
    }

    /// <summary>Renders a frame: the fields that every type has, then those of its own.</summary>
    /// <param name="type">One of <see cref="ServerFrameType"/>.</param>
    /// <param name="sender"><c>user</c>, <c>ai</c>, <c>admin</c> or <c>system</c>.</param>
    /// <param name="at">The value of <c>timestamp</c>.</param>
    /// <param name="writeFields">Writes the fields of this type.</param>
    internal static ReadOnlyMemory<byte> Render(
        string type,
        SessionId session,
        string sender,
        DateTimeOffset at,
        Action<Utf8JsonWriter> writeFields
    )
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteString("session_id", session.Value);
        json.WriteString("sender", sender);
        json.WriteString("timestamp", Rfc3339.Format(at));
        writeFields(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>Writes the field <c>metadata</c>.</summary>
    internal static void WriteMetadata(this Utf8JsonWriter json, params ReadOnlySpan<(string Key, string Value)> values)
    {
        json.WriteStartObject("metadata");
        foreach (var (key, value) in values)
            json.WriteString(key, value);
        json.WriteEndObject();
    }
}
