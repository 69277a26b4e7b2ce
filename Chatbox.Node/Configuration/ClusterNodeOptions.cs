namespace Chatbox.Node.Configuration;

/// <summary>Where a node of the cluster is reached by the others (<c>host:port</c>).</summary>
public sealed record ClusterAddress(string Host, int Port)
{
    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}

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
