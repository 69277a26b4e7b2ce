using Chatbox.Node.Models.Anthropic;
using Chatbox.Node.Models.Demo;
using Chatbox.Node.Models.Dify;
using Chatbox.Node.Models.OpenAi;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models;

/// <summary>
/// Makes the adapter of a configured model. Every adapter streams one update per token, throws
/// <see cref="Chatbox.Actors.Models.ModelFailureException"/> for whatever its provider does wrong, tries nothing twice and knows no
/// deadline: both are the caller's. Cancelling or leaving the enumeration closes the provider's connection.
/// </summary>
public static class ModelClients
{
    /// <summary>The adapter for a provider's type; the transport stays the caller's to dispose of.</summary>
    /// <exception cref="ArgumentException">The type is unknown, or a type that needs an endpoint has none.</exception>
    public static IChatClient Create(
        ModelProviderOptions provider,
        HttpMessageHandler transport,
        TimeProvider clock,
        ILoggerFactory loggers
    ) =>
        provider.Description.Provider switch
        {
            "openai" => new OpenAiChatClient(
                provider,
                ProviderConnection.Over(transport, provider, clock),
                clock,
                loggers.CreateLogger<OpenAiChatClient>()
            ),
            "anthropic" => new AnthropicChatClient(provider, ProviderConnection.Over(transport, provider, clock), clock),
            "dify" => new DifyChatClient(
                provider,
                ProviderConnection.Over(transport, provider, clock),
                clock,
                loggers.CreateLogger<DifyChatClient>()
            ),
            "demo" => new DemoChatClient(provider, clock),
            var other => throw new ArgumentException($"Model {provider.Description.Id} has the unknown type {other}.", nameof(provider)),
        };

    /// <summary>
    /// The transport all models of a node share. Redirects are off because a key would travel with them; an answer that was left is
    /// drained only as far as it costs nothing, else its connection is closed.
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
