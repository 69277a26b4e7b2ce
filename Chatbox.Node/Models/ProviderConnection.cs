namespace Chatbox.Node.Models;

/// <summary>The HTTP client of one adapter: without a deadline of its own, and turning every refusal into a failure.</summary>
internal static class ProviderConnection
{
    public static HttpClient Over(HttpMessageHandler transport, ModelProviderOptions provider, TimeProvider clock) =>
        new(new ProviderFailureHandler(transport, provider.Description.Provider, clock), disposeHandler: false)
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };

    /// <summary>The address of an operation below the configured endpoint, which may end in a slash and may carry a query.</summary>
    public static Uri Operation(ModelProviderOptions provider, string path)
    {
        var endpoint =
            provider.Endpoint ?? throw new ArgumentException($"Model {provider.Description.Id} has no endpoint.", nameof(provider));
        var builder = new UriBuilder(endpoint);
        builder.Path = $"{builder.Path.TrimEnd('/')}/{path}";
        return builder.Uri;
    }
}
