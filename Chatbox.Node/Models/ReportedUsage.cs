using System.Text.Json;

namespace Chatbox.Node.Models;

/// <summary>The token counts of a provider's <c>usage</c> object.</summary>
/// <param name="Prompt">Tokens of the prompt, cached ones included; null if the provider gave no number.</param>
/// <param name="Completion">Tokens of the answer; null if the provider gave no number.</param>
internal readonly record struct ReportedUsage(long? Prompt, long? Completion)
{
    /// <summary>Reads the object that follows the name <c>usage</c>, under the names of every dialect.</summary>
    /// <param name="cacheIsApart">
    /// Whether the prompt's count excludes tokens read from or written to the cache, as Anthropic's does; they are added then. Other
    /// providers include them.
    /// </param>
    public static ReportedUsage Read(ref Utf8JsonReader json, bool cacheIsApart = false)
    {
        long? prompt = null;
        long? completion = null;
        long cached = 0;
        if (!json.OpenObject())
            return default;
        while (json.NextProperty())
        {
            if (json.Is("prompt_tokens"u8) || json.Is("input_tokens"u8))
                prompt = json.Count() ?? prompt;
            else if (json.Is("completion_tokens"u8) || json.Is("output_tokens"u8))
                completion = json.Count() ?? completion;
            else if (cacheIsApart && (json.Is("cache_read_input_tokens"u8) || json.Is("cache_creation_input_tokens"u8)))
                cached += json.Count() ?? 0;
            else
                json.Pass();
        }

        return new ReportedUsage(prompt + cached, completion);
    }
}
