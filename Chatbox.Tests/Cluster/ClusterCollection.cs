namespace Chatbox.Tests.Cluster;

/// <summary>One after the other, and beside nothing else: a node that gets no processor for seconds is dead to the others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ClusterCollection
{
    public const string Name = "cluster";
}
