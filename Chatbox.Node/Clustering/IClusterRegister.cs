using Chatbox.Node.Clustering.Links;

namespace Chatbox.Node.Clustering;

/// <summary>
/// Who is a member of the cluster, and who is starting, by the store that all nodes reach. The register decides nothing about members; it
/// tells a node that starts whether there is a cluster that the node cannot see, and grants the forming of a new one to one node alone.
/// </summary>
internal interface IClusterRegister
{
    /// <summary>How long an entry counts as alive that is not renewed.</summary>
    static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);

    /// <summary>Members other than this one that said so within <see cref="Lifetime"/>, by the clock of the store.</summary>
    Task<IReadOnlyList<ClusterAddress>> Others(ClusterAddress self, CancellationToken cancellationToken);

    /// <summary>Says that this node is starting, and returns the others that said so within <see cref="Lifetime"/>.</summary>
    Task<IReadOnlyList<ClusterAddress>> Announce(ClusterAddress self, CancellationToken cancellationToken);

    /// <summary>
    /// Makes this node a member if no other one is alive. Of nodes that ask at the same time, one is granted the forming and the others
    /// find it as a member.
    /// </summary>
    Task<bool> TryForm(ClusterAddress self, CancellationToken cancellationToken);

    /// <summary>Says that this node is a member now.</summary>
    Task Renew(ClusterAddress self, CancellationToken cancellationToken);

    /// <summary>Says that this node is a member no more.</summary>
    Task Leave(ClusterAddress self);
}
