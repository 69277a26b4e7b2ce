using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Cluster;

/// <summary>After all nodes were stopped, any majority of the seeds forms the cluster again.</summary>
[Collection(ClusterCollection.Name)]
public sealed class ColdStartTests
{
    [FactRequiresPostgres]
    public async Task Majority_without_the_first_seed_forms_the_cluster_and_a_minority_says_for_whom_it_waits()
    {
        await using var cluster = await NodeCluster.Start();
        cluster.Models.Otherwise = _ => ModelScript.Answer("Well, ", "well.");
        foreach (var node in cluster.Nodes)
            await node.Kill();

        await cluster.Nodes[2].StartUnready();
        await cluster.Nodes[2].Http.RestUntil("/readyz", "anybody", a => a.Status == 503 && a.Text.Contains("1 of 2 are starting"));
        await cluster.Nodes[1].Start();
        await cluster.Nodes[2].UntilReady();
        await Chat(cluster.Nodes[1], cluster.Nodes[2], "two of three");

        await cluster.Nodes[0].Start();
        await Chat(cluster.Nodes[0], cluster.Nodes[2], "all three");
    }

    /// <summary>
    /// Chats with one device at each of two nodes. Both devices see the same conversation only if the nodes form one cluster.
    /// </summary>
    private static async Task Chat(NodeProcess one, NodeProcess other, string text)
    {
        await using var here = new CrashClient(text);
        await using var there = new CrashClient(text);
        await here.Connect(one);
        await there.Connect(other);
        await here.Say(text, "c");
        await here.Until(1, 1);
        await there.Until(1, 1);
        Assert.Equal(here.Answers, there.Answers);
    }
}
