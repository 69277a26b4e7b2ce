using System.Collections.Concurrent;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster;
using Akka.Configuration;
using Chatbox.Actors.Clustering;
using Chatbox.Node.Clustering.Links;
using AkkaCluster = Akka.Cluster.Cluster;

namespace Chatbox.Tests.Integration.Clustering;

/// <summary>A cluster of two real nodes that never notices silence: only a proof can remove the node that has ended.</summary>
public sealed class DeadNodeActorTests : IAsyncLifetime
{
    private const string Settings = """
        akka.actor.provider = cluster
        akka.stdout-loglevel = off
        akka.loglevel = off
        akka.remote.retry-gate-closed-for = 100ms
        akka.cluster.failure-detector.acceptable-heartbeat-pause = 10m
        akka.cluster.split-brain-resolver.stable-after = 10m
        akka.coordinated-shutdown.run-by-actor-system-terminate = off
        akka.coordinated-shutdown.exit-clr = off
        akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
        """;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Channel<ClusterChange> _changes = Channel.CreateUnbounded<ClusterChange>();
    private readonly ActorSystem _survivor = Start();
    private readonly ActorSystem _other = Start();

    public async Task InitializeAsync()
    {
        _survivor.ActorOf(Props.Create(() => new ClusterEventsActor(_changes.Writer)));
        var first = AkkaCluster.Get(_survivor).SelfAddress;
        AkkaCluster.Get(_survivor).Join(first);
        AkkaCluster.Get(_other).Join(first);
        await Until("up", AkkaCluster.Get(_other).SelfAddress);
    }

    public async Task DisposeAsync()
    {
        await _other.Terminate();
        await _survivor.Terminate();
    }

    [Fact]
    public async Task A_node_is_examined_until_its_end_is_proven_and_is_then_removed_at_once()
    {
        var proof = new ScriptedProof(
            () => DeathEvidence.Accepted, // its system still accepts connections
            () => throw new TimeoutException("The store did not answer."),
            () => DeathEvidence.None,
            () => DeathEvidence.Refused, // the store lags
            () => DeathEvidence.Refused,
            () => DeathEvidence.Dead
        );
        StartActor(proof);
        var dead = AkkaCluster.Get(_other).SelfUniqueAddress;

        await _other.Terminate();

        await Until("removed", dead.Address);
        Assert.Equal(Enumerable.Repeat(dead, 6), proof.Examined);
    }

    [Fact]
    public async Task A_node_whose_end_is_not_proven_stays_a_member()
    {
        var asked = new TaskCompletionSource();
        var proof = new ScriptedProof(
            () => DeathEvidence.Refused,
            () =>
            {
                asked.SetResult();
                return DeathEvidence.Refused;
            },
            () => DeathEvidence.Refused
        );
        StartActor(proof);

        await _other.Terminate();

        await asked.Task.WaitAsync(Deadline);
        Assert.Contains(
            AkkaCluster.Get(_survivor).State.Members,
            m => m.Address == AkkaCluster.Get(_other).SelfAddress && m.Status == MemberStatus.Up
        );
    }

    private void StartActor(IDeathProof proof) => _survivor.ActorOf(Props.Create(() => new DeadNodeActor(proof, TimeProvider.System)));

    private async Task Until(string change, Address node)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (await _changes.Reader.ReadAsync(deadline.Token) != new ClusterChange(change, $"{node}")) { }
    }

    private const string Downing = """
        akka.cluster.downing-provider-class = "Akka.Cluster.SBR.SplitBrainResolverProvider, Akka.Cluster"
        """;

    private static ActorSystem Start() =>
        ActorSystem.Create(
            "chatbox",
            ActorSystemSetup
                .Empty.And(
                    BootstrapSetup.Create().WithConfig(ConfigurationFactory.ParseString($"{Settings}\n{NodeTransport.Settings}\n{Downing}"))
                )
                .And(new NodeTransportSetup(new ClusterAddress("127.0.0.1", Ports.Free()), new LinkSecurity(null)))
        );

    /// <summary>Gives one result after the other, and then the last one again.</summary>
    private sealed class ScriptedProof(params Func<DeathEvidence>[] results) : IDeathProof
    {
        private readonly ConcurrentQueue<UniqueAddress> _examined = [];

        public IReadOnlyCollection<UniqueAddress> Examined => _examined;

        public async Task<DeathEvidence> Examine(UniqueAddress node, CancellationToken cancellationToken)
        {
            await Task.Yield();
            _examined.Enqueue(node);
            return results[Math.Min(_examined.Count, results.Length) - 1]();
        }
    }
}
