namespace Chatbox.Node.Clustering.Links;

/// <summary>Address at which other nodes reach a node of the cluster (<c>host:port</c>).</summary>
public sealed record ClusterAddress(string Host, int Port)
{
    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
