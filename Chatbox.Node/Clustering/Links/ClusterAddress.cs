namespace Chatbox.Node.Clustering.Links;

/// <summary>Where a node of the cluster is reached by the others (<c>host:port</c>).</summary>
public sealed record ClusterAddress(string Host, int Port)
{
    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
