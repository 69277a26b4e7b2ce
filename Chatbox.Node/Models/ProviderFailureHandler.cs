using System.Net;

namespace Chatbox.Node.Models;

/// <summary>
/// Sits between a provider's client and the transport, so that every adapter reports refusals and connection errors alike, and before
/// a provider's own package can turn them into something that has lost <c>Retry-After</c>.
/// </summary>
internal sealed class ProviderFailureHandler(HttpMessageHandler transport, string provider, TimeProvider clock)
    : DelegatingHandler(transport)
{
    /// <summary>Set on a request whose sender deals with 404 itself.</summary>
    public static readonly HttpRequestOptionsKey<bool> NotFoundIsAnAnswer = new("chatbox.not-found-is-an-answer");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (IsConnectionError(failure) && !cancellationToken.IsCancellationRequested)
        {
            // Not passed on as the inner exception: its text names the host.
            throw ProviderFailures.Unreachable(provider, failure);
        }

        if (response.IsSuccessStatusCode || MayPass(request, response))
            return response;
        using (response)
            throw ProviderFailures.Refused(provider, response, clock.GetUtcNow());
    }

    private static bool MayPass(HttpRequestMessage request, HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.NotFound && request.Options.TryGetValue(NotFoundIsAnAnswer, out var passes) && passes;

    // A connect timeout surfaces as a cancellation that nobody asked for.
    private static bool IsConnectionError(Exception failure) =>
        failure is HttpRequestException or IOException or OperationCanceledException;
}
