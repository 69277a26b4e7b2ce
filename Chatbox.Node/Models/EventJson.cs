using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Chatbox.Node.Models;

/// <summary>
/// Walks an event's JSON without building a document: <c>NextProperty</c> stops at each name, and exactly one of the other calls then
/// consumes its value. A value of another type than asked for counts as absent, because providers add shapes over time.
/// </summary>
internal static class EventJson
{
    /// <summary>Lenient where leniency cannot change a text.</summary>
    public static readonly JsonReaderOptions Options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = 1000,
    };

    /// <summary>No answer has more tokens; a larger number is a mistake of the provider's.</summary>
    private const double MostTokens = 1e9;

    /// <summary>Goes to the next name of the object we are in; false at its end.</summary>
    public static bool NextProperty(this ref Utf8JsonReader json)
    {
        json.Read();
        return json.TokenType == JsonTokenType.PropertyName;
    }

    /// <summary>Goes to the next element of the array we are in and steps into it if it is an object; false at the array's end.</summary>
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

    /// <summary>The name, or the string, that we are at is this.</summary>
    public static bool Is(this ref Utf8JsonReader json, ReadOnlySpan<byte> text) =>
        json.ValueIsEscaped ? JsonText.Unescape(json.ValueSpan) == Encoding.UTF8.GetString(text) : json.ValueSpan.SequenceEqual(text);

    /// <summary>Steps into the value if it is an object, else passes it by.</summary>
    public static bool OpenObject(this ref Utf8JsonReader json) => Open(ref json, JsonTokenType.StartObject);

    /// <summary>Steps into the value if it is an array, else passes it by.</summary>
    public static bool OpenArray(this ref Utf8JsonReader json) => Open(ref json, JsonTokenType.StartArray);

    /// <summary>Half a surrogate pair stays half a pair.</summary>
    public static string? Text(this ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.String)
            return json.ValueIsEscaped ? JsonText.Unescape(json.ValueSpan) : Encoding.UTF8.GetString(json.ValueSpan);
        json.Skip();
        return null;
    }

    /// <summary>Consumes the value and says whether it is this text.</summary>
    public static bool TextIs(this ref Utf8JsonReader json, ReadOnlySpan<byte> text)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.String)
            return json.Is(text);
        json.Skip();
        return false;
    }

    /// <summary>A count of tokens, however it is written; null for what can be none.</summary>
    public static long? Count(this ref Utf8JsonReader json) =>
        json.Number() is { } number and >= 0 and <= MostTokens ? (long)Math.Round(number) : null;

    /// <summary>A number, or a string that holds one.</summary>
    public static double? Number(this ref Utf8JsonReader json)
    {
        json.Read();
        return json.NumberHere();
    }

    /// <summary>As <see cref="Number"/>, of the value that we are at.</summary>
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

    /// <summary>Passes the value by.</summary>
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
