using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models.Providers;

/// <summary>
/// Creates the client of a configured model. Every client streams one update per token and throws
/// <see cref="Chatbox.Actors.Models.ModelFailureException"/> when its provider fails. Retries and deadlines are the caller's. Cancelling or
/// leaving the enumeration closes the connection to the provider.
/// </summary>
public static class ModelClients
{
    /// <summary>Creates the client of a model by its provider type. The caller disposes of the client and of the transport.</summary>
    /// <exception cref="ArgumentException">The provider type is unknown, or the type needs an endpoint and the options have none.</exception>
    public static IChatClient Create(
        ModelProviderOptions provider,
        HttpMessageHandler transport,
        TimeProvider clock,
        ILoggerFactory loggers
    )
    {
        var name = provider.Description.Provider;
        var type =
            ProviderTypes.All.FirstOrDefault(type => type.Name == name)
            ?? throw new ArgumentException($"Model {provider.Description.Id} has the unknown type {name}.", nameof(provider));
        return type.CreateClient(provider, transport, clock, loggers);
    }

    /// <summary>
    /// Creates the transport that all models of a node share. Redirects are off, because the API key would be sent to the redirect's
    /// target. The rest of an abandoned response is read only up to 4096 bytes and 100 ms; beyond that, its connection is closed.
    /// </summary>
    public static SocketsHttpHandler CreateTransport() =>
        new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            EnableMultipleHttp2Connections = true,
            MaxResponseDrainSize = 4096,
            ResponseDrainTimeout = TimeSpan.FromMilliseconds(100),
        };
}
