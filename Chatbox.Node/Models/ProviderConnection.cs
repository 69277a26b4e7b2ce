namespace Chatbox.Node.Models;

/// <summary>The HTTP client of one adapter: without a deadline of its own, and turning every refusal into a failure.</summary>
internal static class ProviderConnection
{
    public static HttpClient Over(HttpMessageHandler transport, ModelProviderOptions provider, TimeProvider clock) =>
        new(
            new ProviderFailureHandler(
                provider.Headers.Count > 0 ? new ProviderHeadersHandler(transport, provider.Headers) : transport,
                provider.Description.Provider,
                clock
            ),
            disposeHandler: false
        )
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };

    /// <summary>
    /// The address of an operation. The configured endpoint may be the base of all operations or the address of this very one, may end in a
    /// slash, and may carry a query, which is kept.
    /// </summary>
    /// <param name="below">What follows the operation in the path.</param>
    public static Uri Operation(ModelProviderOptions provider, string operation, string below = "")
    {
        var endpoint =
            provider.Endpoint ?? throw new ArgumentException($"Model {provider.Description.Id} has no endpoint.", nameof(provider));
        var builder = new UriBuilder(endpoint);
        var path = builder.Path.TrimEnd('/');
        builder.Path = (path.EndsWith($"/{operation}", StringComparison.OrdinalIgnoreCase) ? path : $"{path}/{operation}") + below;
        return builder.Uri;
    }
}
