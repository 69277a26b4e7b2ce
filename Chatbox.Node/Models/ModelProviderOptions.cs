using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Chatbox.Actors.Models;

namespace Chatbox.Node.Models;

/// <summary>The checked settings of one configured model: the numbered group <c>LLM_PROVIDER_n_…</c>.</summary>
/// <param name="Description">The part that the actors and the clients know.</param>
/// <param name="Endpoint">The base address, or the address of the operation itself; null for <c>demo</c>.</param>
/// <param name="ApiKey">Secret, never logged. Empty for <c>demo</c>, and for endpoints that need no key.</param>
/// <param name="Model">The provider's own name of the model.</param>
public sealed record ModelProviderOptions(ModelDescription Description, Uri? Endpoint, string ApiKey, string Model)
{
    /// <summary>
    /// JSON to merge into the body of every request (RFC 7396): its members win, and null removes a member (<c>LLM_PROVIDER_n_EXTRA</c>).
    /// </summary>
    public JsonObject? Extra { get; init; }

    /// <summary>Headers to add to every request (<c>LLM_PROVIDER_n_HEADERS</c>). Their values are secrets, never logged.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = ImmutableDictionary<string, string>.Empty;

    // A record prints its members, and the key must not reach a log.
    public override string ToString() => $"{Description.Id} ({Description.Provider}, {Endpoint}, {Model})";
}
