using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Anthropic.Core;
using Anthropic.Models.Messages;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models.Anthropic;

/// <summary>
/// A request to <c>messages</c>: the package's own, with our body and the configured address (the package would append a version that
/// the endpoint already carries).
/// </summary>
internal sealed record AnthropicRequest : MessageCreateParams
{
    private const string BeginningLeftOut = "(The beginning of this conversation is left out.)";

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

    /// <summary>Writes a conversation as this provider wants it: system apart, roles alternating, the user first, nothing empty.</summary>
    public static AnthropicRequest Of(Uri address, string model, int maxTokens, IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        var system = new StringBuilder();
        var turns = new List<(string Role, StringBuilder Text)>();
        foreach (var message in messages)
        {
            var text = message.Text;
            if (string.IsNullOrWhiteSpace(text))
                continue;
            if (message.Role == ChatRole.System)
                Append(system, text);
            else
                AddTurn(turns, message.Role == ChatRole.Assistant ? "assistant" : "user", text);
        }

        if (turns is [("assistant", _), ..])
            turns.Insert(0, ("user", new StringBuilder(BeginningLeftOut)));
        return new AnthropicRequest(address, Body(model, maxTokens, system, turns, options));
    }

    private static void AddTurn(List<(string Role, StringBuilder Text)> turns, string role, string text)
    {
        if (turns.Count == 0 || turns[^1].Role != role)
            turns.Add((role, new StringBuilder()));
        Append(turns[^1].Text, text);
    }

    private static void Append(StringBuilder whole, string text)
    {
        if (whole.Length > 0)
            whole.Append("\n\n");
        whole.Append(text);
    }

    private static Dictionary<string, JsonElement> Body(
        string model,
        int maxTokens,
        StringBuilder system,
        List<(string Role, StringBuilder Text)> turns,
        ChatOptions? options
    )
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, RequestJson.Writing))
        {
            json.WriteStartObject();
            json.WriteString("model"u8, model);
            json.WriteNumber("max_tokens"u8, maxTokens);
            json.WriteBoolean("stream"u8, true);
            if (system.Length > 0)
                json.WriteString("system"u8, system.ToString());

            // Temperature and top-p stay out: API version 2026-10-21, which the package speaks, answers 400 to them.
            RequestJson.WriteStops(json, "stop_sequences", options);
            json.WriteStartArray("messages"u8);
            foreach (var (role, text) in turns)
                RequestJson.WriteMessage(json, role, text.ToString());
            json.WriteEndArray();
            json.WriteEndObject();
        }

        var reader = new Utf8JsonReader(buffer.WrittenSpan);
        return JsonElement.ParseValue(ref reader).EnumerateObject().ToDictionary(member => member.Name, member => member.Value);
    }
}
