using System.Collections.Frozen;
using Chatbox.Actors.Models;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models;

/// <summary>
/// The words with which providers name the end of an answer. Gateways pass on the words of the providers behind them, so all dialects share
/// one table. Only a known word means that the answer is complete; an unknown one is kept and counts as a failure.
/// </summary>
internal static class FinishWords
{
    private static readonly FrozenDictionary<string, ChatFinishReason> Known = Table();

    /// <summary>Reads a word; null for the fillers that servers send before the end of an answer.</summary>
    public static ChatFinishReason? Of(string? word)
    {
        var plain = Plain(word);
        if (plain is "" or "null" or "none" or "undefined" or "finish_reason_unspecified")
            return null;
        return Known.TryGetValue(plain, out var reason) ? reason : new ChatFinishReason(plain);
    }

    /// <summary>Whether the reason is a known, final one, which nothing that follows can change.</summary>
    public static bool IsKnownGood(ChatFinishReason? reason) =>
        reason == ChatFinishReason.Stop
        || reason == ChatFinishReason.Length
        || reason == ChatFinishReason.ContentFilter
        || reason == ChatFinishReason.ToolCalls;

    // Some servers write the name of their own enumeration: FinishReason.STOP.
    private static string Plain(string? word)
    {
        var plain = (word ?? "").Trim().ToLowerInvariant();
        return plain[(plain.LastIndexOf('.') + 1)..].Replace('-', '_').Replace(' ', '_');
    }

    private static FrozenDictionary<string, ChatFinishReason> Table()
    {
        var words = new Dictionary<string, ChatFinishReason>();
        Add(
            ChatFinishReason.Stop,
            "stop", // OpenAI, Mistral, vLLM, Ollama, Gemini
            "end_turn", // Anthropic, Bedrock
            "stop_sequence", // Anthropic, Bedrock, Text Generation Inference
            "eos", // Together, TabbyAPI
            "eos_token", // Text Generation Inference, watsonx
            "eosfound", // Groq's older servers
            "end_of_text", // Aleph Alpha
            "endoftext", // AI21
            "complete", // Cohere
            "finish" // Titan on Bedrock
        );
        Add(
            ChatFinishReason.Length,
            "length", // OpenAI, vLLM, Ollama, Text Generation Inference
            "max_tokens", // Anthropic, Cohere, Gemini, Bedrock
            "max_output_tokens", // OpenAI
            "model_length", // Mistral
            "model_context_window_exceeded", // Anthropic
            "token_limit", // watsonx
            "maximum_tokens" // Aleph Alpha
        );
        Add(
            ChatFinishReason.ContentFilter,
            "content_filter", // OpenAI, Azure
            "content_filtered", // Bedrock
            "guardrail_intervened", // Bedrock
            "refusal", // Anthropic
            "safety", // Gemini, and the four after it
            "recitation",
            "blocklist",
            "prohibited_content",
            "spii",
            "sensitive", // Zhipu
            "error_toxic" // Cohere
        );
        Add(
            ChatFinishReason.ToolCalls,
            "tool_calls", // OpenAI
            "function_call", // OpenAI
            "tool_use", // Anthropic, Bedrock
            "tool_call" // Cohere
        );
        Add(
            ModelCall.Failed,
            "error", // OpenRouter, Mistral, Cohere, watsonx
            "failed",
            "network_error", // Zhipu
            "insufficient_system_resource", // DeepSeek
            "abort", // vLLM, SGLang
            "aborted",
            "cancelled", // watsonx
            "canceled",
            "time_limit", // watsonx
            "timeout",
            "overloaded"
        );
        return words.ToFrozenDictionary();

        void Add(ChatFinishReason reason, params string[] names)
        {
            foreach (var name in names)
                words.Add(name, reason);
        }
    }
}
