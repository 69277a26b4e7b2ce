using Chatbox.Node.Clustering.Links;

namespace Chatbox.Node.Clustering;

/// <summary>The cluster options of a node.</summary>
/// <param name="Seeds"><c>CLUSTER_SEEDS</c>; empty for a single-node cluster.</param>
/// <param name="Address"><c>CLUSTER_HOST</c> and <c>CLUSTER_PORT</c>.</param>
public sealed record ClusterNodeOptions(IReadOnlyList<ClusterAddress> Seeds, ClusterAddress Address)
{
    /// <summary>Default of <see cref="DetectAfter"/>.</summary>
    public static readonly TimeSpan DefaultDetectAfter = TimeSpan.FromMilliseconds(2500);

    /// <summary>Silence after which the others consider a node unreachable (<c>CLUSTER_DETECT_AFTER</c>).</summary>
    public TimeSpan DetectAfter { get; init; } = DefaultDetectAfter;

    /// <summary>TLS between nodes; null for clear text.</summary>
    public ClusterTls? Tls { get; init; }

    /// <summary>Whether the cluster may have other nodes.</summary>
    public bool IsShared => Seeds.Count > 0;
}
