using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Chatbox.Actors.Models;

namespace Chatbox.Node.Models;

/// <summary>Writes the parts of a request body that several providers share.</summary>
internal static class RequestJson
{
    /// <summary>Leaves text unescaped, because escapes would triple the size of most scripts other than Latin.</summary>
    public static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void WriteMessage(Utf8JsonWriter json, string role, string content)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, role);
        json.WriteString("content"u8, content);
        json.WriteEndObject();
    }

    /// <summary>Writes a turn: its text, or a list of parts if it has files.</summary>
    /// <param name="writeFile">Writes a file as the provider's part.</param>
    public static void WriteTurn(Utf8JsonWriter json, Turn turn, Action<Utf8JsonWriter, GivenFile> writeFile)
    {
        if (turn.Files.Count == 0)
        {
            WriteMessage(json, turn.Role, turn.Text);
            return;
        }

        json.WriteStartObject();
        json.WriteString("role"u8, turn.Role);
        json.WriteStartArray("content"u8);
        foreach (var file in turn.Files)
        {
            json.WriteStartObject();
            writeFile(json, file);
            json.WriteEndObject();
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.WriteString("text"u8, turn.Text);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Applies a JSON Merge Patch (RFC 7396): objects are merged, null removes, any other value replaces.</summary>
    public static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
                target.Remove(name);
            else if (value is JsonObject inner)
            {
                if (target[name] is not JsonObject merged)
                    target[name] = merged = [];
                Merge(merged, inner);
            }
            else
                target[name] = value.DeepClone();
        }
    }

    /// <summary>Writes the members of an object into the object that is being written.</summary>
    public static void WriteMembers(Utf8JsonWriter json, JsonObject members)
    {
        foreach (var (name, value) in members)
        {
            json.WritePropertyName(name);
            if (value is null)
                json.WriteNullValue();
            else
                value.WriteTo(json);
        }
    }
}
