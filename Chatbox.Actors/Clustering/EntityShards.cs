using Akka.Cluster.Hosting;
using Akka.Cluster.Sharding;

namespace Chatbox.Actors.Clustering;

/// <summary>The sharding settings that the regions of sessions and users share.</summary>
internal static class EntityShards
{
    /// <summary>Shards of each region: ten per node in a cluster of three. Must be the same on every node and never change.</summary>
    public const int Count = 30;

    /// <summary>Entities decide themselves when to leave memory, and are stopped by a message that lets them finish their work.</summary>
    /// <param name="stop">The message that stops an entity, for passivation and for hand-over.</param>
    /// <param name="remember">Whether entities that have not left memory start by themselves after a crash and after a hand-over.</param>
    public static ShardOptions Options(object stop, bool remember = false) =>
        new()
        {
            StateStoreMode = StateStoreMode.DData,
            RememberEntities = remember,
            RememberEntitiesStore = RememberEntitiesStore.Eventsourced,
            ShouldPassivateIdleEntities = false,
            HandOffStopMessage = stop,
        };
}
