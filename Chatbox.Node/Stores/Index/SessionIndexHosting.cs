using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chatbox.Node.Stores.Index;

/// <summary>Registers the index of a node.</summary>
internal static class SessionIndexHosting
{
    /// <summary>Adds the index in a store whose tables are migrated.</summary>
    public static IServiceCollection AddSessionIndex(this IServiceCollection services, NodeStore store)
    {
        services.TryAddSingleton<IContentCipher, PlainCipher>();
        services.AddSingleton<IndexLag>().AddSingleton<IndexState>().AddSingleton(_ => store.CreateAuditTrail());
        services.AddSingleton(provider => store.CreateRatings(provider.GetRequiredService<IContentCipher>()));
        return services.AddSingleton<ISessionIndex>(provider =>
            store.CreateIndex(provider.GetRequiredService<IContentCipher>(), provider.GetRequiredService<TimeProvider>())
        );
    }
}
