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

    /// <summary>Sends one request, and reads the response, which the caller disposes.</summary>
    /// <param name="most">Most bytes of the response.</param>
    /// <exception cref="ModelFailureException">The service cannot be reached, or refuses; or the response breaks off or is longer.</exception>
    public async Task<HttpResponseMessage> Post(string operation, HttpContent content, int most, CancellationToken cancellationToken)
    {
        var response = await Send(operation, content, cancellationToken).ConfigureAwait(false);
        try
        {
            await response.Content.LoadIntoBufferAsync(most, cancellationToken).ConfigureAwait(false);
            return response;
        }
        catch (Exception e)
        {
            response.Dispose();
            if (e is HttpRequestException or IOException)
                throw ProviderFailures.Broken(service, "the response broke off or is too long");
            throw;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> Send(string operation, HttpContent content, CancellationToken cancellationToken)
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

    private static bool IsAboutTheNode(HttpStatusCode status) =>
        status
            is HttpStatusCode.Unauthorized
                or HttpStatusCode.PaymentRequired
                or HttpStatusCode.Forbidden
                or HttpStatusCode.NotFound
                or HttpStatusCode.MethodNotAllowed
                or (>= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest);
}
