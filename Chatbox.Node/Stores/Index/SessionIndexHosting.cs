using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Chatbox.Node.Errors;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chatbox.Node.Stores.Index;

/// <summary>Registers the index of a node, and migrates its tables at the start.</summary>
internal static class SessionIndexHosting
{
    /// <summary>
    /// Adds the index in a prepared store. Call it before adding the actors, because hosted services start in this order.
    /// </summary>
    public static IServiceCollection AddSessionIndex(this IServiceCollection services, NodeStore store)
    {
        services.TryAddSingleton<IContentCipher, PlainCipher>();
        services.AddSingleton<IndexLag>();
        services.AddSingleton<ISessionIndex>(provider =>
            store.CreateIndex(provider.GetRequiredService<IContentCipher>(), provider.GetRequiredService<TimeProvider>())
        );
        return services.AddHostedService(provider => new IndexStartup(provider.GetRequiredService<ISessionIndex>(), store.Setting));
    }

    /// <summary>Migrates the tables before the actors and the endpoints start.</summary>
    /// <param name="key">The setting with the address of the store.</param>
    private sealed class IndexStartup(ISessionIndex index, string key) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            try
            {
                await index.Migrate(cancellationToken);
            }
            catch (Exception e) when (e is IndexUnavailableException or InvalidDataException)
            {
                throw new StartupException(key, e.Message, e);
            }
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
