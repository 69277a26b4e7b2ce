using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Cluster;

/// <summary>Nodes that know each other by names which have no IPv4 address.</summary>
[Collection(ClusterCollection.Name)]
public sealed class ClusterNamesTests
{
    [FactRequiresNamespaces]
    public async Task Nodes_whose_names_have_only_IPv6_addresses_are_one_service()
    {
        var network = await SplitNetwork.Start(3, named: true);
        await using var cluster = await NodeCluster.Start(network);
        foreach (var node in cluster.Nodes)
            await MetricsPage.WaitFor(node.Http, "chatbox_cluster_members", members => members == 3);

        await using var crowd = Crowd.Start(cluster, "person", 6, 3, TimeSpan.FromMilliseconds(100));
        await crowd.UntilAnswered(6);
        await cluster.Nodes[2].Kill();
        await MetricsPage.WaitFor(cluster.Nodes[0].Http, "chatbox_cluster_members", members => members == 2);
        await cluster.Nodes[2].Start();

        await crowd.AssertComplete();
    }
}
