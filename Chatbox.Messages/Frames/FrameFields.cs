using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Chatbox.Messages.Frames;

/// <summary>
/// The known fields of a client's frame, sanitised: NUL characters are removed, and strings are trimmed. <see cref="ClientFrame.Types"/>
/// says which fields a frame needs; <see cref="FrameReader"/> checks lengths.
/// </summary>
internal sealed class FrameFields
{
    private static readonly HashSet<string> Strings =
    [
        "type",
        "id",
        "session_id",
        "content",
        "file_id",
        "file_url",
        "model_id",
        "message_id",
        "timestamp",
        "user_id",
    ];

    private readonly Dictionary<string, string> _strings = [];

    /// <summary>Fields with a value of the wrong JSON kind, and the expected kind.</summary>
    private readonly Dictionary<string, string> _malformed = [];

    public ImmutableSortedDictionary<string, string> Metadata { get; private set; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The field's sanitised text; null when it is missing, JSON null, or malformed.</summary>
    public string? this[string name] => _strings.GetValueOrDefault(name);

    /// <summary>The expected kind of a field whose value has another kind; null for a field that is absent or well-formed.</summary>
    private string? Malformed(string name) => _malformed.GetValueOrDefault(name);

    /// <summary>Reads one JSON object.</summary>
    /// <exception cref="JsonException">The bytes are not JSON, not an object, nested deeper than 64 levels, or have content after the object.</exception>
    public static FrameFields Read(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("not an object");
        var fields = new FrameFields();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = Text(ref reader);
            reader.Read();
            if (name is not null && Strings.Contains(name))
                fields.ReadString(name, ref reader);
            else if (name == "metadata")
                fields.ReadMetadata(ref reader);
            else
                reader.Skip();
        }

        // Reading on finds content after the object: white space passes, everything else throws.
        while (reader.Read()) { }
        return fields;
    }

    /// <summary>The field's text.</summary>
    /// <exception cref="FrameRefusedException">The field is missing, empty or of the wrong kind.</exception>
    public string Required(string name)
    {
        RefuseMalformed(name);
        return this[name] is { Length: > 0 } text
            ? text
            : throw new FrameRefusedException(ErrorCode.MissingField, name, $"{name} is missing or empty.");
    }

    /// <summary>The field's text, which must be one of two words.</summary>
    /// <exception cref="FrameRefusedException">The field is missing or has another text.</exception>
    public string OneOf(string name, string first, string second) =>
        Required(name) is var text && (text == first || text == second)
            ? text
            : throw new FrameRefusedException(ErrorCode.InvalidFormat, name, $"{name} must be \"{first}\" or \"{second}\".");

    /// <summary>
    /// The field <c>message_id</c>; null if it is missing or empty. Only the types that use the field check it: in other frames it is
    /// ignored.
    /// </summary>
    /// <exception cref="FrameRefusedException">The field is too long or of the wrong kind.</exception>
    public MessageId? MessageId()
    {
        RefuseMalformed("message_id");
        if (this["message_id"] is not { Length: > 0 } message)
            return null;
        return message.Length <= FrameReader.MaxMessageIdLength
            ? new MessageId(message)
            : throw new FrameRefusedException(
                ErrorCode.InvalidFormat,
                "message_id",
                $"message_id is longer than {FrameReader.MaxMessageIdLength} characters."
            );
    }

    /// <summary>The id of a user in a field.</summary>
    /// <exception cref="FrameRefusedException">The field is missing, empty, too long, of the wrong kind, or no id.</exception>
    public UserId UserId(string name) =>
        Required(name) is var text && text.Length <= FrameReader.MaxUserIdLength && !text.Any(char.IsControl)
            ? new UserId(text)
            : throw new FrameRefusedException(
                ErrorCode.InvalidFormat,
                name,
                $"{name} must be a user id of at most {FrameReader.MaxUserIdLength} characters."
            );

    /// <summary>A place in the session, as a whole number in <c>metadata</c>.</summary>
    /// <exception cref="FrameRefusedException">The entry is missing or no such number.</exception>
    public long PlaceInMetadata(string key)
    {
        RefuseMalformed("metadata");
        if (Metadata.GetValueOrDefault(key) is not { Length: > 0 } text)
            throw new FrameRefusedException(ErrorCode.MissingField, "metadata", $"metadata.{key} is missing or empty.");
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var place)
            ? place
            : throw new FrameRefusedException(ErrorCode.InvalidFormat, "metadata", $"metadata.{key} must be a whole number.");
    }

    /// <summary>Refuses a frame in which the field has a value of the wrong kind.</summary>
    /// <exception cref="FrameRefusedException">The field is of the wrong kind.</exception>
    public void RefuseMalformed(string name)
    {
        if (Malformed(name) is { } expected)
            throw new FrameRefusedException(ErrorCode.InvalidFormat, name, $"{name} must be {expected}.");
    }

    /// <summary>Removes NUL characters and trims. HTML stays, because pages insert text as text.</summary>
    internal static string Sanitise(string text) => text.Replace("\0", "").Trim();

    private void ReadString(string name, ref Utf8JsonReader reader)
    {
        _strings.Remove(name);
        _malformed.Remove(name);
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                break;
            case JsonTokenType.String when Text(ref reader) is { } text:
                _strings[name] = Sanitise(text);
                break;
            default:
                _malformed[name] = "a string of valid Unicode";
                reader.Skip();
                break;
        }
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        const string expected = "an object of strings, numbers and booleans";
        Metadata = ImmutableSortedDictionary<string, string>.Empty;
        _malformed.Remove("metadata");
        if (reader.TokenType == JsonTokenType.Null)
            return;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            _malformed["metadata"] = expected;
            reader.Skip();
            return;
        }

        var values = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = Text(ref reader);
            reader.Read();
            if (key is not null && Scalar(ref reader) is { } value)
                values[Sanitise(key)] = value;
            else
                _malformed["metadata"] = expected;
            reader.Skip();
        }

        Metadata = values.ToImmutable();
    }

    private static string? Scalar(ref Utf8JsonReader reader) =>
        reader.TokenType switch
        {
            JsonTokenType.String => Text(ref reader) is { } text ? Sanitise(text) : null,
            JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
            JsonTokenType.True => "true",
            JsonTokenType.False => "false",
            JsonTokenType.Null => "",
            _ => null,
        };

    /// <summary>The string; null if it contains half a surrogate pair or invalid UTF-8.</summary>
    private static string? Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
