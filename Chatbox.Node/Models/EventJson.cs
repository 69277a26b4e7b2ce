using System.Text.Json;

namespace Chatbox.Node.Models;

/// <summary>
/// Walks an event's JSON without building a document: <c>NextProperty</c> stops at each name, and exactly one of the other calls then
/// consumes its value. A value of another type than asked for counts as absent, because providers add shapes over time.
/// </summary>
internal static class EventJson
{
    /// <summary>Steps into the event itself, which must be an object.</summary>
    public static void Begin(this ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
            throw new JsonException();
    }

    /// <summary>Makes sure that nothing follows the event's object.</summary>
    public static void End(this ref Utf8JsonReader json) => json.Read();

    /// <summary>Goes to the next name of the object we are in; false at its end.</summary>
    public static bool NextProperty(this ref Utf8JsonReader json)
    {
        json.Read();
        return json.TokenType == JsonTokenType.PropertyName;
    }

    /// <summary>Steps into the value if it is an object, else passes it by.</summary>
    public static bool OpenObject(this ref Utf8JsonReader json) => Open(ref json, JsonTokenType.StartObject);

    /// <summary>Steps into the value if it is an array, else passes it by.</summary>
    public static bool OpenArray(this ref Utf8JsonReader json) => Open(ref json, JsonTokenType.StartArray);

    public static string? Text(this ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.String)
            return json.GetString();
        json.Skip();
        return null;
    }

    public static long? Number(this ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Number)
            return json.GetInt64();
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
