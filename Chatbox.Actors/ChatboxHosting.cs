using Akka.Cluster.Hosting;
using Akka.Cluster.Sharding;
using Akka.Hosting;
using Chatbox.Actors.Connections;
using Chatbox.Actors.Gate;
using Chatbox.Actors.Index;
using Chatbox.Actors.Models;
using Chatbox.Actors.Serialization;
using Chatbox.Actors.Sessions;
using Chatbox.Actors.Sessions.Expiry;
using Chatbox.Actors.Users;

namespace Chatbox.Actors;

/// <summary>Puts the parts of a node together, in the order in which they need each other.</summary>
public static class ChatboxHosting
{
    /// <summary>Shards of each region: ten to a node for a cluster of three. Must be the same on every node, for ever.</summary>
    internal const int Shards = 30;

    /// <summary>Sessions, users, models and sockets; the journal is the caller's to choose.</summary>
    public static AkkaConfigurationBuilder WithChatbox(this AkkaConfigurationBuilder builder, IServiceProvider services) =>
        builder
            .WithChatboxSerializer()
            .WithChatModels(services)
            .WithChatIndex(services)
            .WithChatSessions(services)
            .WithChatUsers(services)
            .WithSessionGate(services)
            .WithChatConnections(services)
            .WithSessionCleaner(services);

    /// <summary>
    /// The only serializer of what the journal holds and of what nodes of Chatbox say to each other; Akka's own are restricted to what its
    /// cluster needs (<see cref="SerializationGuard"/>).
    /// </summary>
    internal static AkkaConfigurationBuilder WithChatboxSerializer(this AkkaConfigurationBuilder builder) =>
        builder
            .WithStrictSerialization()
            // Every serializer of Akka's is replaced on purpose.
            .AddHocon("akka.log-serializer-override-on-start = off", HoconAddMode.Prepend)
            .AddSetup(SerializationGuard.Setup);

    /// <summary>Entities rest by their own rule, not after a fixed time, and leave by a message that lets them finish.</summary>
    /// <param name="stop">That message.</param>
    /// <param name="remember">Entities that have not come to rest start by themselves after a crash and after a hand-over.</param>
    internal static ShardOptions ShardOptions(object stop, bool remember = false) =>
        new()
        {
            StateStoreMode = StateStoreMode.DData,
            RememberEntities = remember,
            RememberEntitiesStore = RememberEntitiesStore.Eventsourced,
            ShouldPassivateIdleEntities = false,
            HandOffStopMessage = stop,
        };
}
