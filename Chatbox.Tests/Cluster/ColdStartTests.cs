using Chatbox.Client;
using Chatbox.Client.Conversations;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Cluster;

/// <summary>After all nodes were stopped, any majority of the seeds forms the cluster again.</summary>
[Collection(ClusterCollection.Name)]
public sealed class ColdStartTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

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
        using var deadline = new CancellationTokenSource(Deadline);
        await using var here = Connect(one, text);
        await using var there = Connect(other, text);
        await there.UntilBound(deadline.Token);
        await here.Send(text);
        var mine = await here.Until(Answered, deadline.Token);
        var theirs = await there.Until(Answered, deadline.Token);
        Assert.Equal(
            mine.Entries.Select(entry => (entry.Seq, entry.MessageId, entry.Text)),
            theirs.Entries.Select(e => (e.Seq, e.MessageId, e.Text))
        );
    }

    private static bool Answered(ChatConversation conversation) => conversation.Entries is [_, { State: EntryState.Done }];

    private static ChatClient Connect(NodeProcess node, string user)
    {
        var client = new ChatClient(
            new ChatClientOptions
            {
                Address = new Uri(node.Address, "chatbox/"),
                Token = (_, _) => ValueTask.FromResult<string?>(TestNode.Token(user)),
            }
        );
        client.Connect();
        return client;
    }
}
