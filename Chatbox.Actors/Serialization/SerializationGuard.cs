using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;
using Chatbox.Messages;

namespace Chatbox.Actors.Serialization;

/// <summary>
/// Decides which serializers an actor system has, and what each of them reads. Akka's general serializers (JSON, protobuf, remote
/// deployment, exceptions) create objects of whatever type the bytes name: whoever can write to the store or speak to the cluster port could
/// run code. Every serializer that Akka's configuration names is therefore replaced by one that reads only what nodes of Chatbox exchange;
/// a serializer that is not listed here, for example of a package that was added later, reads and writes nothing.
/// Nested payloads pass through the same serializers.
/// </summary>
internal static class SerializationGuard
{
    private const string ClusterAction = "Akka.Cluster.InternalClusterAction";
    private const string SystemMessage = "Akka.Dispatch.SysMsg";

    /// <summary>By the number of the serializer, which stands in every message and row.</summary>
    private static readonly Dictionary<int, string[]> Allowed = new()
    {
        // Akka.Cluster, without its routers: those carry a pool of any type.
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
        // A message to an actor by its path: how nodes of a cluster find each other. Its serializer writes no manifest.
        [6] = ["", "Akka.Actor.ActorSelectionMessage, Akka"],
        // Akka.Persistence's envelopes of events and snapshots, as the MongoDB plugin stores them.
        [7] = ["Akka.Persistence.Persistent, Akka.Persistence"],
        [8] = ["Akka.Persistence.Serialization.Snapshot, Akka.Persistence"],
        // Replicated data, of which sharding uses one register, and deleted keys.
        [11] = ["A", "E", "e", "L"],
        // The replicator: it reads, writes and gossips that data.
        [12] = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "Q", "R"],
        // Cluster sharding: its protocol, its questions, and the rows of remembered entities.
        [Sharding] = [.. ShardingRows, .. Split("a BA BB BC BD BE BF BG BH BI BJ BK BL BM EA EB DA DB DC DD GS CS DG DH FA FB FC FD FE")],
        // The hand-over of the one shard coordinator.
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
        // Watching an actor of another node. The others of this serializer make, restart or end actors, or carry an exception.
        [22] = [$"{SystemMessage}.Watch, Akka", $"{SystemMessage}.Unwatch, Akka", $"{SystemMessage}.DeathWatchNotification, Akka"],
    };

    private const int Sharding = 13;
    private const int Primitives = 17;

    /// <summary>What the stores of remembered entities journal, besides the names of shards.</summary>
    private static IReadOnlyList<string> ShardingRows => Split("CA CB CD CE CF SM AA AB AC AD AE AF AG");

    /// <summary>Whether a journal belongs to the entities (the first) or to the shards (the second) that cluster sharding remembers.</summary>
    internal static bool IsShardingJournal(string persistenceId) =>
        persistenceId.StartsWith("/sharding/", StringComparison.Ordinal)
        || persistenceId.StartsWith("/system/sharding/", StringComparison.Ordinal);

    /// <summary>Whether a row is one that cluster sharding journals.</summary>
    internal static bool IsShardingRow(int? serializer, string manifest) =>
        serializer switch
        {
            Sharding => ShardingRows.Contains(manifest, StringComparer.Ordinal),
            Primitives => manifest is "S" or "System.String, System.Private.CoreLib",
            _ => false,
        };

    /// <summary>The serializers of a system: ours, and guards in the place of all that its configuration names.</summary>
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
            // Akka says so itself if there is no such type, and goes on without the serializer.
            if (Type.GetType(named.GetString()) is not { } type)
                continue;
            var inner = Create(system, alias, type);
            var manifests = Allowed.GetValueOrDefault(inner.Identifier, []);
            var allowed = manifests.ToDictionary(manifest => manifest, manifest => TypeFor(inner, manifest), StringComparer.Ordinal);
            yield return SerializerDetails.Create(alias, new GuardedSerializer(system, inner, allowed), []);
        }
    }

    /// <summary>As Akka makes it: with its settings, if it has any.</summary>
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
