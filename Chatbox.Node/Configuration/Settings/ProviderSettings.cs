using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Chatbox.Actors.Models;
using Chatbox.Messages;
using Chatbox.Node.Configuration.Formats;
using Chatbox.Node.Models;
using Chatbox.Node.Models.Providers;

namespace Chatbox.Node.Configuration.Settings;

/// <summary>
/// Settings of one model: a numbered group per model, with gaps allowed. In the file the n-th table of the array is group n.
/// </summary>
internal static class ProviderSettings
{
    public const string Prefix = "LLM_PROVIDER_";

    private static readonly ModelDescription Defaults = new(default, "", "");

    public static readonly SettingSection Section = new("Model n", "LLM_PROVIDER_<n>_", "llm:providers", "chatbox:llm:providers");

    public static readonly Setting<string> Id = Section.Add(
        "LLM_PROVIDER_<n>_ID",
        Values.Text(ModelId.MaxLength),
        "",
        "Unique id of the model in frames and histories. Never change it."
    );

    public static readonly Setting<string> Name = Section.Add(
        "LLM_PROVIDER_<n>_NAME",
        Values.Text(200),
        "",
        "Name that people see.",
        "the id"
    );

    public static readonly Setting<ProviderType?> Type = Section.Add(
        "LLM_PROVIDER_<n>_TYPE",
        ModelValues.Type,
        null,
        "API of the provider; use openai for every compatible service."
    );

    public static readonly Setting<Uri?> Endpoint = Section.Add(
        "LLM_PROVIDER_<n>_ENDPOINT",
        NetworkValues.ModelEndpoint,
        null,
        $"Base address of the provider, or the full address of the operation ({Operations()}). "
            + "A query string such as Azure's api-version is kept.",
        $"{DefaultEndpoints()}, by type"
    );

    public static readonly Setting<string> ApiKey = Section.Add(
        "LLM_PROVIDER_<n>_API_KEY",
        Values.Credential,
        "",
        $"API key of the provider. Optional for an {ProviderTypes.Names(type => type.ApiKey == KeyRequirement.AtDefaultEndpoints, "or")} endpoint of your own."
    );

    public static readonly Setting<string> Model = Section.Add(
        "LLM_PROVIDER_<n>_MODEL",
        Values.Text(200),
        "",
        $"Name of the model at the provider; not needed for {ProviderTypes.Names(type => !type.NeedsModel, "and")}."
    );

    public static readonly Setting<IReadOnlyDictionary<string, string>> Headers = Section.Add(
        "LLM_PROVIDER_<n>_HEADERS",
        ModelValues.Headers,
        ImmutableDictionary<string, string>.Empty,
        "Additional headers of every request, such as Azure's api-key (then omit API_KEY) or OpenRouter's HTTP-Referer and X-Title. "
            + "Use JSON if a value contains a comma. Never logged."
    );

    public static readonly Setting<JsonObject?> Extra = Section.Add(
        "LLM_PROVIDER_<n>_EXTRA",
        ModelValues.Extra,
        null,
        "Members to merge into the body of every request (JSON Merge Patch, RFC 7396): they replace the node's own, and null removes a member. "
            + "Use it for options such as reasoning_effort, thinking, or a Dify app's inputs.",
        "nothing"
    );

    public static readonly Setting<bool?> Vision = Section.Add(
        "LLM_PROVIDER_<n>_VISION",
        Values.Switch,
        false,
        "Whether the model is given images: PNG, JPEG, GIF and WebP, made smaller. Otherwise it is told their names."
    );

    public static readonly Setting<bool?> Documents = Section.Add(
        "LLM_PROVIDER_<n>_DOCUMENTS",
        Values.Switch,
        false,
        "Whether the model is given PDF documents as they are, with their pictures. Otherwise it gets their text.",
        "true for an anthropic model, and for an openai model at api.openai.com, with VISION"
    );

    public static readonly Setting<int> ContextTokens = Section.Add(
        "LLM_PROVIDER_<n>_CONTEXT_TOKENS",
        Values.Number(256, 10_000_000),
        Defaults.ContextTokens,
        "Prompt budget, in tokens."
    );

    public static readonly Setting<int> MaxOutputTokens = Section.Add(
        "LLM_PROVIDER_<n>_MAX_OUTPUT_TOKENS",
        Values.Number(16, 131_072),
        Defaults.MaxOutputTokens,
        "Maximum tokens of one answer, taken from the prompt budget; less than CONTEXT_TOKENS."
    );

    public static readonly Setting<TimeSpan> FirstTokenTimeout = Section.Add(
        "LLM_PROVIDER_<n>_FIRST_TOKEN_TIMEOUT",
        ModelSettings.FirstTokenTimeout.Format,
        ModelSettings.FirstTokenTimeout.Default,
        "LLM_FIRST_TOKEN_TIMEOUT for this model, if it starts slowly; less than LLM_STREAM_TIMEOUT.",
        "LLM_FIRST_TOKEN_TIMEOUT"
    );

    public static readonly Setting<bool?> ShowThinking = Section.Add(
        "LLM_PROVIDER_<n>_SHOW_THINKING",
        Values.Switch,
        ModelSettings.ShowThinking.Default,
        "Whether to show what this model thinks.",
        "LLM_SHOW_THINKING"
    );

    public static readonly Setting<int> MaxConcurrent = Section.Add(
        "LLM_PROVIDER_<n>_MAX_CONCURRENT",
        Values.Number(1, 100_000),
        Defaults.MaxConcurrent,
        "Answers of this model that may run at the same time on one node."
    );

    private static string Operations() =>
        string.Join(", ", ProviderTypes.All.Select(type => type.Operation).OfType<string>().Select(path => $"…/{path}"));

    private static string DefaultEndpoints() => string.Join(", ", ProviderTypes.All.Select(type => type.DefaultEndpoint).OfType<Uri>());
}
