using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Chatbox.Actors.Models;

namespace Chatbox.Node.Models;

/// <summary>Where one configured model is reached: the numbered group <c>LLM_PROVIDER_n_…</c>, checked.</summary>
/// <param name="Description">What the actors and the clients know of it.</param>
/// <param name="Endpoint">Base address, without the operation's path; null for <c>demo</c>.</param>
/// <param name="ApiKey">Secret; never logged. Empty for <c>demo</c> and for endpoints that want none.</param>
/// <param name="Model">The provider's own name of the model.</param>
public sealed record ModelProviderOptions(ModelDescription Description, Uri? Endpoint, string ApiKey, string Model)
{
    /// <summary>The model takes images (<c>LLM_PROVIDER_n_VISION</c>).</summary>
    public bool Vision { get; init; }

    /// <summary>Merged into every request's body (RFC 7396): its members win, and null takes one of ours out (<c>LLM_PROVIDER_n_EXTRA</c>).</summary>
    public JsonObject? Extra { get; init; }

    /// <summary>Headers of every request (<c>LLM_PROVIDER_n_HEADERS</c>). Their values are secrets; never logged.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = ImmutableDictionary<string, string>.Empty;

    // A record prints its members; the key must not reach a log that way.
    public override string ToString() => $"{Description.Id} ({Description.Provider}, {Endpoint}, {Model})";
}
