using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Cluster;
using Chatbox.Actors.Clustering;
using Chatbox.Node.Clustering;
using Chatbox.Node.Clustering.Links;

namespace Chatbox.Tests.Integration.Clustering;

/// <summary>What proves that a process has ended: a refused connection and the store together, never one of them.</summary>
public sealed class DeathProofTests
{
    private const int Incarnation = -5;

    [Theory]
    [InlineData(true, true, DeathEvidence.Accepted)] // alive, without its connection to the store
    [InlineData(true, false, DeathEvidence.Accepted)] // alive
    [InlineData(false, true, DeathEvidence.Dead)]
    [InlineData(false, false, DeathEvidence.Refused)] // alive behind a firewall, or the store has not noticed yet
    public async Task Process_has_ended_when_nobody_listens_and_the_store_has_lost_it(bool listens, bool lost, DeathEvidence expected)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        if (!listens)
            listener.Stop();
        var register = new KnownRegister(lost);

        var evidence = await new DeathProof(register).Examine(Node("127.0.0.1", port), CancellationToken.None);

        Assert.Equal(expected, evidence);
        Assert.Equal(listens ? null : (new ClusterAddress("127.0.0.1", port), Incarnation), register.Asked);
    }

    [Fact]
    public async Task Name_that_resolves_to_nothing_proves_nothing()
    {
        var evidence = await new DeathProof(new KnownRegister(true)).Examine(Node("gone.invalid", 4053), CancellationToken.None);

        Assert.Equal(DeathEvidence.None, evidence);
    }

    private static UniqueAddress Node(string host, int port) => new(new Address("akka.tcp", "chatbox", host, port), Incarnation);

    private sealed class KnownRegister(bool lost) : IClusterRegister
    {
        public (ClusterAddress, int)? Asked { get; private set; }

        public Task<bool> HasLost(ClusterAddress node, int incarnation, CancellationToken cancellationToken)
        {
            Asked = (node, incarnation);
            return Task.FromResult(lost);
        }

        public Task<IReadOnlyList<ClusterAddress>> Others(ClusterAddress self, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<IReadOnlyList<ClusterAddress>> Announce(ClusterAddress self, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<bool> TryForm(ClusterAddress self, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task Renew(ClusterAddress self, int incarnation, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task Leave(ClusterAddress self) => throw new NotSupportedException();
    }
}
