namespace Chatbox.Node.Models;

/// <summary>Creates the HTTP client of one model's client: without a deadline, and with refusals turned into failures.</summary>
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
    /// The address of an operation. The configured endpoint may be the base address or the address of this operation, may end in a slash,
    /// and may contain a query, which is kept.
    /// </summary>
    /// <param name="below">The rest of the path after the operation.</param>
    public static Uri Operation(ModelProviderOptions provider, string operation, string below = "")
    {
        var endpoint =
            provider.Endpoint ?? throw new ArgumentException($"Model {provider.Description.Id} has no endpoint.", nameof(provider));
        var builder = new UriBuilder(endpoint);
        var path = builder.Path.TrimEnd('/');
        builder.Path = (path.EndsWith($"/{operation}", StringComparison.OrdinalIgnoreCase) ? path : $"{path}/{operation}") + below;
        return builder.Uri;
    }

    /// <summary>The address of another operation beside an operation, with the same base address and query.</summary>
    public static Uri Beside(Uri address, string operation, string other)
    {
        var builder = new UriBuilder(address);
        builder.Path = builder.Path[..^operation.Length] + other;
        return builder.Uri;
    }
}
