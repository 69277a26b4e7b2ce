using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Chatbox.Node.Errors;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chatbox.Node.Stores.Index;

/// <summary>The index of a node, and its tables before anybody asks it.</summary>
internal static class SessionIndexHosting
{
    /// <summary>In the node's store, which must be prepared. To be called before the actors are added: it starts first.</summary>
    public static IServiceCollection AddSessionIndex(this IServiceCollection services, NodeStore store)
    {
        services.TryAddSingleton<IContentCipher, PlainCipher>();
        services.AddSingleton<IndexLag>();
        services.AddSingleton<ISessionIndex>(provider =>
            store.CreateIndex(provider.GetRequiredService<IContentCipher>(), provider.GetRequiredService<TimeProvider>())
        );
        return services.AddHostedService(provider => new IndexStartup(provider.GetRequiredService<ISessionIndex>(), store.Setting));
    }

    /// <summary>Migrates before the actors and the endpoints start.</summary>
    /// <param name="key">The setting that says where the index is.</param>
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
