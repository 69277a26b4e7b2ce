using System.Net;
using Chatbox.Actors.Models;

namespace Chatbox.Node.Models;

/// <summary>
/// A provider's refusal of a request, with what the adapter may act upon. Like every failure it says nothing of the provider's own words:
/// those are only asked, never printed.
/// </summary>
internal sealed class RefusedException(
    ModelFailureKind kind,
    string message,
    TimeSpan? retryAfter,
    HttpStatusCode status,
    ProviderWords words
) : ModelFailureException(kind, message, retryAfter)
{
    public HttpStatusCode Status { get; } = status;

    public ProviderWords Words { get; } = words;

    /// <summary>The provider has looked at the request and found something in it that it does not take.</summary>
    public bool IsAboutTheRequest => Status is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity;
}
