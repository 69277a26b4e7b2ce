namespace Chatbox.Node.Models;

/// <summary>Adds the configured headers to every request of a model, replacing those of the same name. Their values are secrets.</summary>
internal sealed class ProviderHeadersHandler(HttpMessageHandler next, IReadOnlyDictionary<string, string> headers) : DelegatingHandler(next)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        foreach (var (name, value) in headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return base.SendAsync(request, cancellationToken);
    }
}
