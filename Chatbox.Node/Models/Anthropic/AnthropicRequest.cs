using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Anthropic.Core;
using Anthropic.Models.Messages;
using Chatbox.Actors.Models;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models.Anthropic;

/// <summary>
/// A request to <c>messages</c>: the package's type, with our own body and the configured address. The package would append a version that
/// the endpoint already contains.
/// </summary>
internal sealed record AnthropicRequest : MessageCreateParams
{
    private static readonly Dictionary<string, JsonElement> None = [];

    private readonly Uri _address;

#pragma warning disable CS8618 // The required members are views of the body.
    [SetsRequiredMembers]
    private AnthropicRequest(Uri address, Dictionary<string, JsonElement> body)
        : base(None, None, body)
    {
        _address = address;
    }
#pragma warning restore CS8618

    public override Uri Url(ClientOptions options) => _address;

    /// <summary>Writes a conversation in the provider's form, with the system prompt in a field of its own.</summary>
    public static AnthropicRequest Of(
        Uri address,
        string model,
        int maxTokens,
        Turns turns,
        ChatOptions? options,
        JsonObject? extra = null
    ) => new(address, Body(model, maxTokens, turns, options, extra));

    /// <summary>Writes a file as a block of a message: an image, or a document.</summary>
    private static void WriteFile(Utf8JsonWriter json, GivenFile file)
    {
        json.WriteString("type"u8, file.IsImage ? "image"u8 : "document"u8);
        json.WriteStartObject("source"u8);
        json.WriteString("type"u8, "base64"u8);
        json.WriteString("media_type"u8, file.MimeType);
        json.WriteBase64String("data"u8, file.Bytes.Span);
        json.WriteEndObject();
        if (!file.IsImage)
            json.WriteString("title"u8, file.File.Name);
    }

    private static Dictionary<string, JsonElement> Body(string model, int maxTokens, Turns turns, ChatOptions? options, JsonObject? extra)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, RequestJson.Writing))
        {
            json.WriteStartObject();
            json.WriteString("model"u8, model);
            json.WriteBoolean("stream"u8, true);
            if (turns.System.Length > 0)
                json.WriteString("system"u8, turns.System);

            // Temperature and top-p are left out: API version 2026-10-21, which the package uses, answers 400 to them.
            var members = new JsonObject { ["max_tokens"] = maxTokens };
            if (options?.StopSequences is { Count: > 0 } stops)
                members["stop_sequences"] = new JsonArray([.. stops.Select(stop => JsonValue.Create(stop))]);
            if (extra is not null)
                RequestJson.Merge(members, extra);
            RequestJson.WriteMembers(json, members);
            json.WriteStartArray("messages"u8);
            foreach (var turn in turns.Messages)
                RequestJson.WriteTurn(json, turn, WriteFile);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        var reader = new Utf8JsonReader(buffer.WrittenSpan);
        return JsonElement.ParseValue(ref reader).EnumerateObject().ToDictionary(member => member.Name, member => member.Value);
    }
}
