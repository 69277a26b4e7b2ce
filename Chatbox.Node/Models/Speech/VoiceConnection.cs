using System.Net;
using System.Net.Http.Headers;
using Chatbox.Actors.Models;

namespace Chatbox.Node.Models.Speech;

/// <summary>Sends requests to a service of voices. Refusals and connection errors become failures, as those of models do.</summary>
internal sealed class VoiceConnection(string service, VoiceServiceOptions options, HttpMessageHandler transport, TimeProvider clock)
    : IDisposable
{
    private readonly HttpClient _http = new(new ProviderFailureHandler(transport, service, clock), disposeHandler: false)
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Sends one request; the caller disposes the response, of which only the headers have been read.</summary>
    /// <exception cref="ModelFailureException">The service cannot be reached, or refuses.</exception>
    public async Task<HttpResponseMessage> Post(string operation, HttpContent content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Operation(operation)) { Content = content };
        if (options.ApiKey.Length > 0)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (RefusedException refused) when (IsAboutTheNode(refused.Status))
        {
            // A wrong key or address is not the fault of what was sent, and another try would get the same.
            throw new ModelFailureException(ModelFailureKind.Unreadable, refused.Message);
        }
    }

    public void Dispose() => _http.Dispose();

    private static bool IsAboutTheNode(HttpStatusCode status) =>
        status
            is HttpStatusCode.Unauthorized
                or HttpStatusCode.PaymentRequired
                or HttpStatusCode.Forbidden
                or HttpStatusCode.NotFound
                or HttpStatusCode.MethodNotAllowed
                or (>= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest);
}
