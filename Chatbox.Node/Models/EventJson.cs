using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Chatbox.Node.Models;

/// <summary>
/// Reads an event's JSON without building a document. <c>NextProperty</c> stops at each name, and exactly one of the other methods then
/// reads its value. A value of an unexpected type counts as absent, because providers add new shapes over time.
/// </summary>
internal static class EventJson
{
    /// <summary>Lenient options, as far as leniency cannot change a text.</summary>
    public static readonly JsonReaderOptions Options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = 1000,
    };

    /// <summary>Greatest plausible number of tokens. A larger one is a mistake of the provider.</summary>
    private const double MostTokens = 1e9;

    /// <summary>Moves to the next name of the current object; false at its end.</summary>
    public static bool NextProperty(this ref Utf8JsonReader json)
    {
        json.Read();
        return json.TokenType == JsonTokenType.PropertyName;
    }

    /// <summary>Moves into the next object of the current array, skipping other elements; false at the array's end.</summary>
    public static bool NextObject(this ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType == JsonTokenType.StartObject)
                return true;
            json.Skip();
        }

        return false;
    }

    /// <summary>Whether the current name or string is this text.</summary>
    public static bool Is(this ref Utf8JsonReader json, ReadOnlySpan<byte> text) =>
        json.ValueIsEscaped ? JsonText.Unescape(json.ValueSpan) == Encoding.UTF8.GetString(text) : json.ValueSpan.SequenceEqual(text);

    /// <summary>Steps into the next value if it is an object, and skips it otherwise.</summary>
    public static bool OpenObject(this ref Utf8JsonReader json) => Open(ref json, JsonTokenType.StartObject);

    /// <summary>Steps into the next value if it is an array, and skips it otherwise.</summary>
    public static bool OpenArray(this ref Utf8JsonReader json) => Open(ref json, JsonTokenType.StartArray);

    /// <summary>Reads the next value as text; null if it is none. Half a surrogate pair stays as it is.</summary>
    public static string? Text(this ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.String)
            return json.ValueIsEscaped ? JsonText.Unescape(json.ValueSpan) : Encoding.UTF8.GetString(json.ValueSpan);
        json.Skip();
        return null;
    }

    /// <summary>Reads the next value; true if it is this text.</summary>
    public static bool TextIs(this ref Utf8JsonReader json, ReadOnlySpan<byte> text)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.String)
            return json.Is(text);
        json.Skip();
        return false;
    }

    /// <summary>Reads the next value as a number of tokens; null if it is implausible or no number.</summary>
    public static long? Count(this ref Utf8JsonReader json) =>
        json.Number() is { } number and >= 0 and <= MostTokens ? (long)Math.Round(number) : null;

    /// <summary>Reads the next value as a number, or as a text that contains one; null otherwise.</summary>
    public static double? Number(this ref Utf8JsonReader json)
    {
        json.Read();
        return json.NumberHere();
    }

    /// <summary>Reads the current value like <see cref="Number"/>.</summary>
    public static double? NumberHere(this ref Utf8JsonReader json)
    {
        if (json.TokenType is JsonTokenType.Number or JsonTokenType.String)
        {
            var digits = ProviderEvents.Trim(json.ValueSpan);
            return Utf8Parser.TryParse(digits, out double number, out var read) && read == digits.Length && double.IsFinite(number)
                ? number
                : null;
        }

        json.Skip();
        return null;
    }

    /// <summary>Skips the next value.</summary>
    public static void Pass(this ref Utf8JsonReader json)
    {
        json.Read();
        json.Skip();
    }

    private static bool Open(ref Utf8JsonReader json, JsonTokenType start)
    {
        json.Read();
        if (json.TokenType == start)
            return true;
        json.Skip();
        return false;
    }
}
