using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;
using Chatbox.Messages;

namespace Chatbox.Actors.Serialization;

/// <summary>
/// Decides which serializers an actor system has, and which manifests each of them reads. Akka's general serializers (JSON, protobuf,
/// remote deployment, exceptions) create objects of any type that the bytes name: an attacker who can write to the store or reach the
/// cluster port could run code. Every serializer in Akka's configuration is therefore replaced by one that reads only the messages that
/// nodes of Chatbox exchange. A serializer that is not listed here, for example of a package that was added later, reads and writes
/// nothing. Nested payloads pass through the same serializers.
/// </summary>
internal static class SerializationGuard
{
    private const string ClusterAction = "Akka.Cluster.InternalClusterAction";
    private const string SystemMessage = "Akka.Dispatch.SysMsg";

    /// <summary>The allowed manifests by serializer id, which is part of every message and row.</summary>
    private static readonly Dictionary<int, string[]> Allowed = new()
    {
        // Akka.Cluster, without its routers: a router's message names a pool of any type.
        [5] =
        [
            "HB",
            "HBR",
            $"{ClusterAction}+Join, Akka.Cluster",
            $"{ClusterAction}+Welcome, Akka.Cluster",
            $"{ClusterAction}+InitJoin, Akka.Cluster",
            $"{ClusterAction}+InitJoinAck, Akka.Cluster",
            $"{ClusterAction}+InitJoinNack, Akka.Cluster",
            $"{ClusterAction}+ExitingConfirmed, Akka.Cluster",
            "Akka.Cluster.ClusterUserAction+Leave, Akka.Cluster",
            "Akka.Cluster.ClusterUserAction+Down, Akka.Cluster",
            "Akka.Cluster.GossipStatus, Akka.Cluster",
            "Akka.Cluster.GossipEnvelope, Akka.Cluster",
        ],
        // A message to an actor path, by which the nodes of a cluster find each other. Its serializer writes no manifest.
        [6] = ["", "Akka.Actor.ActorSelectionMessage, Akka"],
        // Akka.Persistence's envelopes around events and snapshots, which the MongoDB plugin stores.
        [7] = ["Akka.Persistence.Persistent, Akka.Persistence"],
        [8] = ["Akka.Persistence.Serialization.Snapshot, Akka.Persistence"],
        // Distributed data: the one register that sharding uses, and deleted keys.
        [11] = ["A", "E", "e", "L"],
        // The replicator, which reads, writes and gossips distributed data.
        [12] = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "Q", "R"],
        // Cluster sharding: its protocol, its queries and the rows of remembered entities.
        [Sharding] = [.. ShardingRows, .. Split("a BA BB BC BD BE BF BG BH BI BJ BK BL BM EA EB DA DB DC DD GS CS DG DH FA FB FC FD FE")],
        // Cluster singleton: the hand-over of the shard coordinator.
        [14] = ["A", "B", "C", "D"],
        // Finding an actor, references to actors, heartbeats between watchers. No router, no deployment, no exception, no PoisonPill.
        [16] = ["ID", "AID", "AR", "RWHB", "RWHR"],
        [Primitives] =
        [
            "S",
            "I",
            "L",
            "System.String, System.Private.CoreLib",
            "System.Int32, System.Private.CoreLib",
            "System.Int64, System.Private.CoreLib",
        ],
        // Watching an actor on another node. Other messages of this serializer create, restart or stop actors, or carry an exception.
        [22] = [$"{SystemMessage}.Watch, Akka", $"{SystemMessage}.Unwatch, Akka", $"{SystemMessage}.DeathWatchNotification, Akka"],
    };

    private const int Sharding = 13;
    private const int Primitives = 17;

    /// <summary>The manifests of the rows that sharding journals, besides the names of shards.</summary>
    private static IReadOnlyList<string> ShardingRows => Split("CA CB CD CE CF SM SS AA AB AC AD AE AF AG");

    /// <summary>Whether the persistence id belongs to cluster sharding: the first prefix is of entities, the second of shards.</summary>
    internal static bool IsShardingJournal(string persistenceId) =>
        persistenceId.StartsWith("/sharding/", StringComparison.Ordinal)
        || persistenceId.StartsWith("/system/sharding/", StringComparison.Ordinal);

    /// <summary>Whether cluster sharding journals rows of this serializer and manifest.</summary>
    internal static bool IsShardingRow(int? serializer, string manifest) =>
        serializer switch
        {
            Sharding => ShardingRows.Contains(manifest, StringComparer.Ordinal),
            Primitives => manifest is "S" or "System.String, System.Private.CoreLib",
            _ => false,
        };

    /// <summary>The serializers of an actor system: our own, and a guarded one in place of each that its configuration names.</summary>
    public static SerializationSetup Setup { get; } = SerializationSetup.Create(Serializers);

    private static ImmutableHashSet<SerializerDetails> Serializers(ExtendedActorSystem system) =>
        [
            SerializerDetails.Create("chatbox", new ChatboxSerializer(system), [typeof(IWireMessage)]),
            SerializerDetails.Create("chatbox-stored-row", new StoredRowSerializer(system), []),
            .. Configured(system),
        ];

    private static IEnumerable<SerializerDetails> Configured(ExtendedActorSystem system)
    {
        foreach (var (alias, named) in system.Settings.Config.GetConfig("akka.actor.serializers").AsEnumerable())
        {
            // For an unknown type, Akka logs a warning and starts without the serializer.
            if (Type.GetType(named.GetString()) is not { } type)
                continue;
            var inner = Create(system, alias, type);
            var manifests = Allowed.GetValueOrDefault(inner.Identifier, []);
            var allowed = manifests.ToDictionary(manifest => manifest, manifest => TypeFor(inner, manifest), StringComparer.Ordinal);
            yield return SerializerDetails.Create(alias, new GuardedSerializer(system, inner, allowed), []);
        }
    }

    /// <summary>Creates the serializer as Akka does: with its settings, if it has any.</summary>
    private static Serializer Create(ExtendedActorSystem system, string alias, Type type)
    {
        var settings = system.Settings.Config.GetConfig($"akka.actor.serialization-settings.{alias}");
        object[] arguments = settings.IsNullOrEmpty() ? [system] : [system, settings];
        return (Serializer)Activator.CreateInstance(type, arguments)!;
    }

    private static Type? TypeFor(Serializer inner, string manifest) =>
        inner is SerializerWithStringManifest || manifest.Length == 0 ? null : Type.GetType(manifest, throwOnError: true);

    private static string[] Split(string manifests) => manifests.Split(' ');
}
