using Chatbox.Node.Configuration;

namespace Chatbox.Node.Clustering;

/// <summary>
/// Who is a member of the cluster, by the store that all nodes reach. It decides nothing about members; it tells a node that starts
/// whether there is a cluster that it cannot see.
/// </summary>
internal interface IClusterRegister
{
    /// <summary>How long a member counts as alive that says no more.</summary>
    static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);

    /// <summary>Members other than this one that said so within <see cref="Lifetime"/>, by the clock of the store.</summary>
    Task<IReadOnlyList<ClusterAddress>> Others(ClusterAddress self, CancellationToken cancellationToken);

    /// <summary>Says that this node is a member now.</summary>
    Task Renew(ClusterAddress self, CancellationToken cancellationToken);

    /// <summary>Says that it is none any more.</summary>
    Task Leave(ClusterAddress self);
}
