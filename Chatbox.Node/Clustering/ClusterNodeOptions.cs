using Chatbox.Node.Clustering.Links;

namespace Chatbox.Node.Clustering;

/// <summary>This node's place in its cluster.</summary>
/// <param name="Seeds"><c>CLUSTER_SEEDS</c>; none for a node that is a cluster by itself.</param>
/// <param name="Address"><c>CLUSTER_HOST</c> and <c>CLUSTER_PORT</c>.</param>
public sealed record ClusterNodeOptions(IReadOnlyList<ClusterAddress> Seeds, ClusterAddress Address)
{
    /// <summary>How the nodes know each other; null when they talk in clear.</summary>
    public ClusterTls? Tls { get; init; }

    /// <summary>There are other nodes, or there may be.</summary>
    public bool IsShared => Seeds.Count > 0;
}
