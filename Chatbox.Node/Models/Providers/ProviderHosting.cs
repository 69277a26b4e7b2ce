using Chatbox.Messages;
using Microsoft.Extensions.AI;

namespace Chatbox.Node.Models.Providers;

/// <summary>Registers the clients of the configured models.</summary>
internal static class ProviderHosting
{
    /// <summary>Adds a factory of clients by model id. All clients share one HTTP transport, which lives as long as the node.</summary>
    public static IServiceCollection AddChatboxModels(this IServiceCollection services, IReadOnlyList<ModelProviderOptions> providers) =>
        services
            .AddSingleton(_ => ModelClients.CreateTransport())
            .AddSingleton<Func<ModelId, IChatClient>>(provider =>
                id =>
                    ModelClients.Create(
                        providers.Single(p => p.Description.Id == id),
                        provider.GetRequiredService<SocketsHttpHandler>(),
                        provider.GetRequiredService<TimeProvider>(),
                        provider.GetRequiredService<ILoggerFactory>()
                    )
            );
}
