using Chatbox.Node.Clustering.Links;

namespace Chatbox.Node.Clustering;

/// <summary>
/// The register of cluster members and starting nodes, in the store of all nodes. It does not decide who is a member. It tells a starting node
/// whether a cluster exists that the node cannot reach, and lets only one node form a new cluster.
/// </summary>
internal interface IClusterRegister
{
    /// <summary>Time after which an entry expires unless it is renewed.</summary>
    static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);

    /// <summary>The other members with entries younger than <see cref="Lifetime"/>, by the clock of the store.</summary>
    Task<IReadOnlyList<ClusterAddress>> Others(ClusterAddress self, CancellationToken cancellationToken);

    /// <summary>
    /// Writes that this node is starting, and returns the other starting nodes with entries younger than <see cref="Lifetime"/>.
    /// </summary>
    Task<IReadOnlyList<ClusterAddress>> Announce(ClusterAddress self, CancellationToken cancellationToken);

    /// <summary>
    /// Writes this node as a member, unless another member is alive. Of several concurrent callers one succeeds, and the others find that node
    /// as a member.
    /// </summary>
    Task<bool> TryForm(ClusterAddress self, CancellationToken cancellationToken);

    /// <summary>Renews the entry of this node as a member.</summary>
    /// <param name="incarnation">Number of this process in the cluster: a node that restarts at the same address has another one.</param>
    Task Renew(ClusterAddress self, int incarnation, CancellationToken cancellationToken);

    /// <summary>
    /// Whether the store knows that the process of this incarnation has no connection to it any more, although the process had one for as long
    /// as it lived. False when in doubt: the entry names another incarnation, or the store cannot tell.
    /// </summary>
    Task<bool> HasLost(ClusterAddress node, int incarnation, CancellationToken cancellationToken);

    /// <summary>Removes the entry of this node.</summary>
    Task Leave(ClusterAddress self);
}
