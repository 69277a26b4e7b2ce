using System.Net;
using Chatbox.Actors.Models;

namespace Chatbox.Node.Models;

/// <summary>A provider's refusal of a request, with the provider's words for the client to act on. They are never printed.</summary>
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

    public override bool IsAboutTheRequest =>
        Status
            is HttpStatusCode.BadRequest
                or HttpStatusCode.RequestEntityTooLarge
                or HttpStatusCode.UnsupportedMediaType
                or HttpStatusCode.UnprocessableEntity;
}
