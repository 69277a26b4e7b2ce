using System.Globalization;
using System.Net;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using Akka.DistributedData;
using Akka.Persistence;
using Chatbox.Tests.Harness.Stores;
using Microsoft.Extensions.DependencyInjection;
using AkkaSerialization = Akka.Serialization.Serialization;
using PersistedSnapshot = Akka.Persistence.Serialization.Snapshot;

namespace Chatbox.Tests.Contract.Attacks;

/// <summary>A peer that speaks Akka's protocol to a node cannot make the node instantiate a type of the peer's choice.</summary>
[Collection(PostgresCollection.Name)]
public sealed class RefusedMessagesTests(PostgresStores stores)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static readonly Config Stranger = ConfigurationFactory
        .ParseString(
            """
            akka.loglevel = OFF
            akka.stdout-loglevel = OFF
            akka.log-dead-letters = off
            akka.actor.provider = cluster
            akka.actor.serialization-settings.allow-unregistered-types = on
            akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
            akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
            akka.coordinated-shutdown.exit-clr = off
            """
        )
        .WithFallback(ClusterSharding.DefaultConfig())
        .WithFallback(DistributedData.DefaultConfig())
        .WithFallback(Akka.Persistence.Persistence.DefaultConfig());

    [Fact]
    public async Task No_serializer_of_a_node_makes_anything_but_what_nodes_exchange()
    {
        using var stranger = ActorSystem.Create("stranger", Stranger);
        await using var node = await TestNode.Start();
        var guarded = ((ExtendedActorSystem)node.Services.GetRequiredService<ActorSystem>()).Serialization;
        var free = ((ExtendedActorSystem)stranger).Serialization;
        var address = Akka.Cluster.Cluster.Get(stranger).SelfUniqueAddress;
        object[] planted =
        [
            new SentGadget(),
            new ActorSelectionMessage(new SentGadget(), [new SelectChildName("user")]),
            new Identify(new SentGadget()),
            new ActorIdentity(new SentGadget(), ActorRefs.Nobody),
            new Status.Success(new SentGadget()),
            new Status.Failure(new SentException()),
            new Persistent(new SentGadget(), 1, "session-x"),
            new PersistedSnapshot(new SentGadget()),
            new ShardingEnvelope("session", new SentGadget()),
            new LWWRegister<SentGadget>(address, new SentGadget()),
            PoisonPill.Instance,
            Kill.Instance,
            new byte[] { 1, 2, 3 },
        ];
        var sent = planted.Select(message => (Message: message, Row: Write(free, message))).ToList();
        var made = SentGadget.Made;

        foreach (var (message, (bytes, serializer, manifest)) in sent)
        {
            var refused = Record.Exception(() => guarded.Deserialize(bytes, serializer, manifest));
            Assert.True(refused is not null, $"{message.GetType()} was read by serializer {serializer}.");
        }

        // Includes serializers that take the type from the manifest whatever the bytes are, and serializers that Chatbox never uses.
        foreach (var serializer in Enumerable.Range(1, 60))
            Assert.NotNull(Record.Exception(() => guarded.Deserialize([], serializer, $"{typeof(SentGadget).FullName}, Chatbox.Tests")));
        Assert.Equal(made, SentGadget.Made);
        await stranger.Terminate();
    }

    [Fact]
    public async Task Every_serializer_that_the_configuration_names_is_guarded()
    {
        await using var node = await TestNode.Start();
        var system = (ExtendedActorSystem)node.Services.GetRequiredService<ActorSystem>();
        var named = system.Settings.Config.GetConfig("akka.actor.serialization-identifiers").AsEnumerable().ToList();

        Assert.True(named.Count > 10, "The node has no configuration of a cluster.");
        foreach (var (type, identifier) in named)
        {
            var manifest = Assert.ThrowsAny<Exception>(() =>
                system.Serialization.Deserialize([], identifier.GetInt(), "a manifest that nobody writes")
            );
            Assert.Contains($"{identifier.GetInt().ToString(CultureInfo.InvariantCulture)}", manifest.Message);
            Assert.True(manifest is System.Runtime.Serialization.SerializationException, $"{type} is not guarded: {manifest}");
        }
    }

    [FactRequiresPostgres]
    public async Task Stranger_at_the_cluster_port_makes_nothing_and_the_node_goes_on()
    {
        await using var store = await stores.MakeSql();
        var port = Ports.Free();
        var seed = $"127.0.0.1:{port}";
        await using var node = await TestNode.Start(
            new Dictionary<string, string>(store.Settings)
            {
                ["CLUSTER_SEEDS"] = seed,
                ["CLUSTER_HOST"] = "127.0.0.1",
                ["CLUSTER_PORT"] = $"{port}",
            },
            store.Folder
        );
        using var stranger = ActorSystem.Create("stranger", Stranger);
        var address = Address.Parse($"akka.tcp://chatbox@{seed}");
        var guardian = await stranger.ActorSelection($"{address}/user").ResolveOne(Deadline);
        var (gadget, failure) = (new SentGadget(), new Status.Failure(new SentException()));
        var made = SentGadget.Made;

        guardian.Tell(gadget);
        guardian.Tell(failure);
        stranger.ActorSelection($"{address}/user/*").Tell(gadget);
        stranger.ActorSelection($"{address}/system/cluster").Tell(gadget);
        stranger.ActorOf(Props.Create<SentActor>().WithDeploy(Deploy.None.WithScope(new RemoteScope(address))), "deployed");

        // Akka keeps the order of messages between two systems: a reply to this message shows that the earlier ones were refused.
        Assert.Equal(guardian, await stranger.ActorSelection($"{address}/user").ResolveOne(Deadline));
        Assert.Equal(made, SentGadget.Made);
        Assert.Equal(HttpStatusCode.OK, (await node.Http.GetAsync(new Uri("/chatbox/readyz", UriKind.Relative))).StatusCode);
        await using var client = await node.Connect("alice");
        await client.Next("connection_status");
        await stranger.Terminate();
    }

    private static (byte[] Bytes, int Serializer, string Manifest) Write(AkkaSerialization free, object message)
    {
        var serializer = free.FindSerializerFor(message);
        return (free.Serialize(message), serializer.Identifier, AkkaSerialization.ManifestFor(serializer, message));
    }
}
