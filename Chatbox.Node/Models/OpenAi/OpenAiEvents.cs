using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models.OpenAi;

/// <summary>The events of <c>chat/completions</c> with <c>stream: true</c>, as OpenAI and the many servers that speak like it send them.</summary>
internal sealed class OpenAiEvents(string provider) : ProviderEvents(provider)
{
    public override string? Read(ReadOnlySpan<byte> data)
    {
        if (data.SequenceEqual("[DONE]"u8))
        {
            Ended = true;
            return null;
        }

        string? text = null;
        var json = new Utf8JsonReader(data);
        json.Begin();
        while (json.NextProperty())
        {
            if (json.ValueTextEquals("choices"u8))
                text = ReadChoices(ref json);
            else if (json.ValueTextEquals("usage"u8))
                ReadUsage(ref json);
            else if (json.ValueTextEquals("error"u8))
                ReadError(ref json);
            else
                json.Pass();
        }

        json.End();
        return text;
    }

    // We never ask for more than one choice.
    private string? ReadChoices(ref Utf8JsonReader json)
    {
        string? text = null;
        if (!json.OpenArray())
            return null;
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            while (json.NextProperty())
            {
                if (json.ValueTextEquals("delta"u8))
                    text = ReadDelta(ref json) ?? text;
                else if (json.ValueTextEquals("finish_reason"u8))
                    Finish = json.Text() is { } reason ? FinishOf(reason) : Finish;
                else
                    json.Pass();
            }
        }

        return text;
    }

    private string? ReadDelta(ref Utf8JsonReader json)
    {
        string? text = null;
        string? thought = null;
        if (!json.OpenObject())
            return null;
        while (json.NextProperty())
        {
            if (json.ValueTextEquals("content"u8))
                text = json.Text();
            else if (json.ValueTextEquals("reasoning_content"u8) || json.ValueTextEquals("reasoning"u8))
                thought = json.Text() is { Length: > 0 } said ? said : thought;
            else if (json.ValueTextEquals("reasoning_details"u8))
                thought = ReadReasoningDetails(ref json) is { } said && thought is not { Length: > 0 } ? said : thought;
            else
                json.Pass();
        }

        // Gateways give the same thought under several names: one of them is enough.
        if (thought is not null)
            Thinks(thought);
        return text;
    }

    /// <summary>The text of a list of thoughts, empty when all of them are encrypted; null when there is none.</summary>
    private static string? ReadReasoningDetails(ref Utf8JsonReader json)
    {
        string? thought = null;
        if (!json.OpenArray())
            return null;
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            thought ??= "";
            while (json.NextProperty())
            {
                if (json.ValueTextEquals("text"u8) || json.ValueTextEquals("summary"u8))
                    thought += json.Text();
                else
                    json.Pass();
            }
        }

        return thought;
    }

    private void ReadUsage(ref Utf8JsonReader json)
    {
        if (!json.OpenObject())
            return;
        while (json.NextProperty())
        {
            if (json.ValueTextEquals("prompt_tokens"u8))
                Used(json.Number(), null);
            else if (json.ValueTextEquals("completion_tokens"u8))
                Used(null, json.Number());
            else
                json.Pass();
        }
    }

    private void ReadError(ref Utf8JsonReader json)
    {
        string? type = null;
        string? code = null;
        if (!json.OpenObject())
        {
            if (json.TokenType == JsonTokenType.Null)
                return;
            throw ProviderFailures.InStream(Provider, null);
        }

        while (json.NextProperty())
        {
            if (json.ValueTextEquals("type"u8))
                type = json.Text();
            else if (json.ValueTextEquals("code"u8))
                code = json.Text();
            else
                json.Pass();
        }

        throw ProviderFailures.InStream(Provider, type is null or "server_error" or "api_error" ? code ?? type : type);
    }

    // A reason nobody has heard of goes on as it is: the caller knows best what to make of it.
    private static ChatFinishReason FinishOf(string reason) =>
        reason switch
        {
            "stop" => ChatFinishReason.Stop,
            "length" => ChatFinishReason.Length,
            "content_filter" => ChatFinishReason.ContentFilter,
            "tool_calls" or "function_call" => ChatFinishReason.ToolCalls,
            _ => new ChatFinishReason(reason),
        };
}
