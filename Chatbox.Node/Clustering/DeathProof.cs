using System.Net.Sockets;
using Akka.Cluster;
using Chatbox.Actors.Clustering;
using Chatbox.Node.Clustering.Links;

namespace Chatbox.Node.Clustering;

/// <summary>
/// Proves the end of a process by two witnesses: the operating system of its machine refuses connections to its address, and the store has
/// lost the connection that the process holds as long as it lives. One witness alone may be wrong: a firewall refuses
/// connections to a living process, and a living process may lose its connection to the store.
/// </summary>
internal sealed class DeathProof(IClusterRegister register) : IDeathProof
{
    /// <summary>Timeout of the attempt to connect. A node that is cut off does not refuse, it stays silent.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Timeout of the question to the store.</summary>
    private static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(2);

    public async Task<DeathEvidence> Examine(UniqueAddress node, CancellationToken cancellationToken)
    {
        var address = new ClusterAddress(node.Address.Host!.Trim('[', ']'), node.Address.Port!.Value);
        if (await Connect(address, cancellationToken) is var answer and not DeathEvidence.Refused)
            return answer;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(StoreTimeout);
        return await register.HasLost(address, node.Uid, deadline.Token) ? DeathEvidence.Dead : DeathEvidence.Refused;
    }

    private static async Task<DeathEvidence> Connect(ClusterAddress address, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(ConnectTimeout);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, deadline.Token);
            return DeathEvidence.Accepted;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionRefused ? DeathEvidence.Refused : DeathEvidence.None;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return DeathEvidence.None;
        }
    }
}
