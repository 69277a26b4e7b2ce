using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models;

/// <summary>
/// One type of provider: its name in <c>LLM_PROVIDER_n_TYPE</c>, the settings that its models need, and the client that calls it.
/// A new provider is one derived class and one entry in <c>ProviderTypes.All</c>. Configuration, the settings document, error texts and the
/// choice of the client read them from there. <c>docs/extending.md</c> has the steps.
/// </summary>
internal abstract class ProviderType
{
    /// <summary>The type's name in configuration, metrics and traces; lower case.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// The path of the request below the configured endpoint, such as <c>chat/completions</c>; null for a provider inside the node, which
    /// has no endpoint.
    /// </summary>
    public virtual string? Operation => null;

    /// <summary>The endpoint of a model that configures none; null if the type has no default and the endpoint is required.</summary>
    public virtual Uri? DefaultEndpoint => null;

    /// <summary>When <c>LLM_PROVIDER_n_API_KEY</c> is required.</summary>
    public virtual KeyRequirement ApiKey => KeyRequirement.Never;

    /// <summary>Whether <c>LLM_PROVIDER_n_MODEL</c> is required.</summary>
    public virtual bool NeedsModel => false;

    /// <summary>Whether the models at an endpoint that see also take PDF documents as they are, unless configured otherwise.</summary>
    public virtual bool TakesDocumentsAt(Uri? endpoint) => false;

    /// <summary>Members of the request body that the client sets itself, so <c>LLM_PROVIDER_n_EXTRA</c> must not contain them.</summary>
    public virtual IReadOnlyList<string> ReservedMembers => [];

    /// <summary>
    /// A short answer as the provider sends it, in server-sent events, with which a node rehearses its first question; null for a provider
    /// inside the node.
    /// </summary>
    public virtual string? SampleAnswer => null;

    /// <summary>Creates the client of one model. The caller disposes of the client and of the transport.</summary>
    public abstract IChatClient CreateClient(
        ModelProviderOptions options,
        HttpMessageHandler transport,
        TimeProvider clock,
        ILoggerFactory loggers
    );
}

/// <summary>When a provider type requires an API key.</summary>
internal enum KeyRequirement
{
    Never,

    /// <summary>Required for the default endpoints of the provider types; optional for any other endpoint, such as a local Ollama.</summary>
    AtDefaultEndpoints,

    Always,
}
