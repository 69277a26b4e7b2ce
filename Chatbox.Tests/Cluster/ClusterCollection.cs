namespace Chatbox.Tests.Cluster;

/// <summary>
/// Runs the cluster tests one after the other and beside no other tests: a node without processor time for some seconds counts as dead to
/// the others.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ClusterCollection
{
    public const string Name = "cluster";
}
