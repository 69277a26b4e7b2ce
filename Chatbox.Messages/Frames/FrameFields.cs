using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Chatbox.Messages.Frames;

/// <summary>
/// The known fields of a client's frame, sanitised: NUL removed, white space around strings trimmed. Which of them a frame needs, and
/// how long they may be, is <see cref="FrameReader"/>'s business.
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

    /// <summary>Fields that are there but of the wrong JSON kind, with what they should be.</summary>
    private readonly Dictionary<string, string> _malformed = [];

    public ImmutableSortedDictionary<string, string> Metadata { get; private set; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The field's sanitised text; null when it is missing, JSON null, or malformed.</summary>
    public string? this[string name] => _strings.GetValueOrDefault(name);

    /// <summary>What the field should have been, if it was something else.</summary>
    public string? Malformed(string name) => _malformed.GetValueOrDefault(name);

    /// <summary>Reads one JSON object.</summary>
    /// <exception cref="JsonException">It is not JSON, not an object, nested deeper than 64, or something follows it.</exception>
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

        // Reading on shows whatever follows the object: white space is fine, anything else throws.
        while (reader.Read()) { }
        return fields;
    }

    /// <summary>NUL removed, white space around it trimmed; HTML is left alone, because pages render text safely.</summary>
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

    /// <summary>The string, or null if it holds half a surrogate pair or broken UTF-8.</summary>
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
