using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models;

/// <summary>The parts of a request body that OpenAI and Anthropic write alike.</summary>
internal static class RequestJson
{
    /// <summary>Text goes out as it is: escaping would triple a conversation in most of the world's scripts.</summary>
    public static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void WriteMessage(Utf8JsonWriter json, string role, string content)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, role);
        json.WriteString("content"u8, content);
        json.WriteEndObject();
    }

    public static void WriteStops(Utf8JsonWriter json, string field, ChatOptions? options)
    {
        if (options?.StopSequences is not { Count: > 0 } stops)
            return;
        json.WriteStartArray(field);
        foreach (var stop in stops)
            json.WriteStringValue(stop);
        json.WriteEndArray();
    }
}
