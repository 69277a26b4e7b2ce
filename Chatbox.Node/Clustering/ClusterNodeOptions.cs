using Chatbox.Node.Clustering.Links;

namespace Chatbox.Node.Clustering;

/// <summary>The cluster options of a node.</summary>
/// <param name="Seeds"><c>CLUSTER_SEEDS</c>; empty for a single-node cluster.</param>
/// <param name="Address"><c>CLUSTER_HOST</c> and <c>CLUSTER_PORT</c>.</param>
public sealed record ClusterNodeOptions(IReadOnlyList<ClusterAddress> Seeds, ClusterAddress Address)
{
    /// <summary>TLS between nodes; null for clear text.</summary>
    public ClusterTls? Tls { get; init; }

    /// <summary>Whether the cluster may have other nodes.</summary>
    public bool IsShared => Seeds.Count > 0;
}
