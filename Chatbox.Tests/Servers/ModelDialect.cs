using System.Text.Json;
using System.Text.Json.Nodes;

namespace Chatbox.Tests.Servers;

/// <summary>Translates the steps of a script into a provider's events, each a pair of an optional name and the data.</summary>
internal abstract class ModelDialect
{
    protected int PromptTokens { get; private set; }

    protected int CompletionTokens { get; private set; }

    protected bool HasUsage { get; private set; }

    /// <summary>The events before the first text.</summary>
    public virtual IEnumerable<(string? Name, string Data)> Opening() => [];

    public abstract IEnumerable<(string? Name, string Data)> Text(string text);

    public abstract IEnumerable<(string? Name, string Data)> End(string finishReason);

    public abstract IEnumerable<(string? Name, string Data)> Error(string type);

    public virtual IEnumerable<(string? Name, string Data)> Replace(string text) =>
        throw new NotSupportedException("Only Dify replaces an answer.");

    /// <summary>The body of a refusal.</summary>
    public abstract JsonObject Refusal(int status);

    public void Use(int promptTokens, int completionTokens) =>
        (PromptTokens, CompletionTokens, HasUsage) = (promptTokens, completionTokens, true);
}

/// <summary>The dialect of OpenAI, <c>chat/completions</c>.</summary>
internal sealed class OpenAiDialect(JsonElement request) : ModelDialect
{
    private bool UsageIsAskedFor =>
        request.TryGetProperty("stream_options", out var options)
        && options.TryGetProperty("include_usage", out var asked)
        && asked.GetBoolean();

    public override IEnumerable<(string? Name, string Data)> Opening() =>
        [(null, Chunk(new JsonObject { ["role"] = "assistant", ["content"] = "" }, null))];

    public override IEnumerable<(string? Name, string Data)> Text(string text) =>
        [(null, Chunk(new JsonObject { ["content"] = text }, null))];

    public override IEnumerable<(string? Name, string Data)> End(string finishReason)
    {
        yield return (null, Chunk([], finishReason));
        if (HasUsage && UsageIsAskedFor)
        {
            var usage = Frame([]);
            usage["usage"] = new JsonObject
            {
                ["prompt_tokens"] = PromptTokens,
                ["completion_tokens"] = CompletionTokens,
                ["total_tokens"] = PromptTokens + CompletionTokens,
                ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = 0 },
            };
            yield return (null, usage.ToJsonString());
        }

        yield return (null, "[DONE]");
    }

    public override IEnumerable<(string? Name, string Data)> Error(string type) => [(null, Refusal(type).ToJsonString())];

    public override JsonObject Refusal(int status) => Refusal(status == 429 ? "rate_limit_exceeded" : "server_error");

    private static JsonObject Refusal(string type) =>
        new()
        {
            ["error"] = new JsonObject
            {
                ["message"] = ScriptedModelServer.Secret,
                ["type"] = type,
                ["param"] = null,
                ["code"] = null,
            },
        };

    private static string Chunk(JsonObject delta, string? finishReason) =>
        Frame([
                new JsonObject
                {
                    ["index"] = 0,
                    ["delta"] = delta,
                    ["logprobs"] = null,
                    ["finish_reason"] = finishReason,
                },
            ])
            .ToJsonString();

    private static JsonObject Frame(JsonArray choices) =>
        new()
        {
            ["id"] = "chatcmpl-1",
            ["object"] = "chat.completion.chunk",
            ["created"] = 1_700_000_000,
            ["model"] = "scripted",
            ["system_fingerprint"] = "fp_1",
            ["choices"] = choices,
            ["usage"] = null,
        };
}

/// <summary>The dialect of Anthropic, <c>messages</c>.</summary>
internal sealed class AnthropicDialect : ModelDialect
{
    public override IEnumerable<(string? Name, string Data)> Opening()
    {
        var message = new JsonObject
        {
            ["id"] = "msg_1",
            ["type"] = "message",
            ["role"] = "assistant",
            ["model"] = "scripted",
            ["content"] = new JsonArray(),
            ["stop_reason"] = null,
        };
        if (HasUsage)
            message["usage"] = new JsonObject { ["input_tokens"] = PromptTokens, ["output_tokens"] = 1 };
        yield return Event("message_start", new JsonObject { ["message"] = message });
        yield return Event(
            "content_block_start",
            new JsonObject
            {
                ["index"] = 0,
                ["content_block"] = new JsonObject { ["type"] = "text", ["text"] = "" },
            }
        );
        yield return Event("ping", []);
    }

    public override IEnumerable<(string? Name, string Data)> Text(string text) =>
        [
            Event(
                "content_block_delta",
                new JsonObject
                {
                    ["index"] = 0,
                    ["delta"] = new JsonObject { ["type"] = "text_delta", ["text"] = text },
                }
            ),
        ];

    public override IEnumerable<(string? Name, string Data)> End(string finishReason)
    {
        yield return Event("content_block_stop", new JsonObject { ["index"] = 0 });
        var reason = finishReason switch
        {
            "stop" => "end_turn",
            "length" => "max_tokens",
            "content_filter" => "refusal",
            _ => finishReason,
        };
        var end = new JsonObject
        {
            ["delta"] = new JsonObject { ["stop_reason"] = reason, ["stop_sequence"] = null },
        };
        if (HasUsage)
            end["usage"] = new JsonObject { ["output_tokens"] = CompletionTokens };
        yield return Event("message_delta", end);
        yield return Event("message_stop", []);
    }

    public override IEnumerable<(string? Name, string Data)> Error(string type) =>
        [
            Event(
                "error",
                new JsonObject
                {
                    ["error"] = new JsonObject { ["type"] = type, ["message"] = ScriptedModelServer.Secret },
                }
            ),
        ];

    public override JsonObject Refusal(int status) =>
        new()
        {
            ["type"] = "error",
            ["error"] = new JsonObject
            {
                ["type"] = status == 429 ? "rate_limit_error" : "api_error",
                ["message"] = ScriptedModelServer.Secret,
            },
        };

    private static (string? Name, string Data) Event(string type, JsonObject members)
    {
        var all = new JsonObject { ["type"] = type };
        foreach (var (name, value) in members)
            all[name] = value?.DeepClone();
        return (type, all.ToJsonString());
    }
}

/// <summary>The dialect of Dify, <c>chat-messages</c>.</summary>
internal sealed class DifyDialect(string conversation, string task) : ModelDialect
{
    public override IEnumerable<(string? Name, string Data)> Text(string text) =>
        [(null, Event("message", new JsonObject { ["answer"] = text }))];

    public override IEnumerable<(string? Name, string Data)> Replace(string text) =>
        [(null, Event("message_replace", new JsonObject { ["answer"] = text, ["reason"] = "output_moderation" }))];

    public override IEnumerable<(string? Name, string Data)> End(string finishReason)
    {
        var metadata = new JsonObject { ["retriever_resources"] = new JsonArray(), ["usage"] = new JsonObject() };
        if (HasUsage)
        {
            metadata["usage"] = new JsonObject
            {
                ["prompt_tokens"] = PromptTokens,
                ["prompt_unit_price"] = "0.001",
                ["completion_tokens"] = CompletionTokens,
                ["total_tokens"] = PromptTokens + CompletionTokens,
                ["currency"] = "USD",
                ["latency"] = 1.25,
            };
        }

        return [(null, Event("message_end", new JsonObject { ["metadata"] = metadata, ["files"] = new JsonArray() }))];
    }

    public override IEnumerable<(string? Name, string Data)> Error(string type) =>
        [
            (
                null,
                Event(
                    "error",
                    new JsonObject
                    {
                        ["status"] = 400,
                        ["code"] = type,
                        ["message"] = ScriptedModelServer.Secret,
                    }
                )
            ),
        ];

    public override JsonObject Refusal(int status) =>
        Refusal(status, status == 429 ? "too_many_requests" : "internal_server_error", ScriptedModelServer.Secret);

    public static JsonObject Refusal(int status, string code, string message) =>
        new()
        {
            ["code"] = code,
            ["message"] = message,
            ["status"] = status,
        };

    private string Event(string name, JsonObject members)
    {
        var all = new JsonObject
        {
            ["event"] = name,
            ["task_id"] = task,
            ["id"] = "1f9c4f6e-message",
            ["message_id"] = "1f9c4f6e-message",
            ["conversation_id"] = conversation,
            ["created_at"] = 1_700_000_000,
        };
        foreach (var (member, value) in members)
            all[member] = value?.DeepClone();
        return all.ToJsonString();
    }
}
