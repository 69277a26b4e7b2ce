using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models.Anthropic;

/// <summary>
/// The events of <c>messages</c> with <c>stream: true</c>. They are told apart by their content, which repeats the event's name.
/// </summary>
/// <param name="provider">For failures.</param>
/// <param name="sentAlready">White space that the text so far ended with and the request could not: left out where the answer begins with it.</param>
internal sealed class AnthropicEvents(string provider, string sentAlready) : ProviderEvents(provider)
{
    private int _skipped;

    public override string? Read(ReadOnlySpan<byte> data)
    {
        string? text = null;
        var json = new Utf8JsonReader(data);
        json.Begin();
        while (json.NextProperty())
        {
            if (json.ValueTextEquals("delta"u8))
                text = ReadDelta(ref json);
            else if (json.ValueTextEquals("content_block"u8))
                text = ReadDelta(ref json);
            else if (json.ValueTextEquals("message"u8))
                ReadMessage(ref json);
            else if (json.ValueTextEquals("usage"u8))
                ReadUsage(ref json);
            else if (json.ValueTextEquals("error"u8))
                ReadError(ref json);
            else if (json.ValueTextEquals("type"u8))
                ReadType(ref json);
            else
                json.Pass();
        }

        json.End();
        return text is { Length: > 0 } && _skipped < sentAlready.Length ? WithoutSent(text) : text;
    }

    private void ReadType(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.ValueTextEquals("message_stop"u8))
            Ended = true;
    }

    // Thinking has other names than "text" and stays out of the answer. What is redacted or only signed still shows that the model thinks.
    private string? ReadDelta(ref Utf8JsonReader json)
    {
        string? text = null;
        if (!json.OpenObject())
            return null;
        while (json.NextProperty())
        {
            if (json.ValueTextEquals("text"u8))
                text = json.Text();
            else if (json.ValueTextEquals("thinking"u8))
                Thinks(json.Text() ?? "");
            else if (json.ValueTextEquals("signature"u8))
            {
                json.Pass();
                Thinks("");
            }
            else if (json.ValueTextEquals("stop_reason"u8))
                Finish = json.Text() is { } reason ? FinishOf(reason) : Finish;
            else
                json.Pass();
        }

        return text;
    }

    private void ReadMessage(ref Utf8JsonReader json)
    {
        if (!json.OpenObject())
            return;
        while (json.NextProperty())
        {
            if (json.ValueTextEquals("usage"u8))
                ReadUsage(ref json);
            else
                json.Pass();
        }
    }

    // What was read from or written to the cache counts as prompt, as it does with the other providers.
    private void ReadUsage(ref Utf8JsonReader json)
    {
        long? prompt = null;
        long cached = 0;
        if (!json.OpenObject())
            return;
        while (json.NextProperty())
        {
            if (json.ValueTextEquals("input_tokens"u8))
                prompt = json.Number();
            else if (json.ValueTextEquals("cache_read_input_tokens"u8) || json.ValueTextEquals("cache_creation_input_tokens"u8))
                cached += json.Number() ?? 0;
            else if (json.ValueTextEquals("output_tokens"u8))
                Used(null, json.Number());
            else
                json.Pass();
        }

        Used(prompt + cached, null);
    }

    private void ReadError(ref Utf8JsonReader json)
    {
        string? type = null;
        if (json.OpenObject())
        {
            while (json.NextProperty())
            {
                if (json.ValueTextEquals("type"u8))
                    type = json.Text();
                else
                    json.Pass();
            }
        }

        throw ProviderFailures.InStream(Provider, type);
    }

    private string WithoutSent(string text)
    {
        var start = 0;
        while (start < text.Length && _skipped < sentAlready.Length && text[start] == sentAlready[_skipped])
        {
            start++;
            _skipped++;
        }

        if (start < text.Length)
            _skipped = sentAlready.Length;
        return text[start..];
    }

    private static ChatFinishReason FinishOf(string reason) =>
        reason switch
        {
            "end_turn" or "stop_sequence" => ChatFinishReason.Stop,
            "max_tokens" or "model_context_window_exceeded" => ChatFinishReason.Length,
            "refusal" => ChatFinishReason.ContentFilter,
            "tool_use" => ChatFinishReason.ToolCalls,
            _ => new ChatFinishReason(reason),
        };
}
