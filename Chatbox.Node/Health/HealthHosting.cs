using Chatbox.Node.Files.Store;
using Chatbox.Node.Stores;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chatbox.Node.Health;

/// <summary>Options of the readiness checks.</summary>
internal sealed record HealthOptions
{
    /// <summary>The store of the journal.</summary>
    public required NodeStore Store { get; init; }

    /// <summary>Path of the journal plugin in the configuration of the actor system.</summary>
    public string JournalPlugin { get; init; } = "akka.persistence.journal.sql";

    /// <summary>Folder that must be writable (<c>DATA_DIR</c>).</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Number of configured models.</summary>
    public required int ProvidersCount { get; init; }
}

/// <summary>Registers what <c>readyz</c> checks.</summary>
internal static class HealthHosting
{
    /// <summary>Adds the checks and the <see cref="DrainState"/>. Needs an actor system with a cluster.</summary>
    public static IServiceCollection AddChatboxHealth(this IServiceCollection services, HealthOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<DrainState>();
        services.TryAddSingleton<StartWork>();
        services.AddSingleton<Readiness>();
        services.AddSingleton<IReadinessProbe>(provider =>
            ActivatorUtilities.CreateInstance<StoreProbe>(provider, options.Store, options.JournalPlugin)
        );
        services.AddSingleton<IReadinessProbe, ClusterProbe>();
        services.AddSingleton<IReadinessProbe>(new ModelsProbe(options.ProvidersCount));
        services.AddSingleton<IReadinessProbe>(provider => new StorageProbe(options.DataDirectory, provider.GetService<FileStoreWatch>()));
        return services.AddHostedService(provider => ActivatorUtilities.CreateInstance<NodeGauges>(provider, options.Store));
    }
}
