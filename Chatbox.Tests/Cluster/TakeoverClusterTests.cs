using Chatbox.Tests.Contract.People;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Cluster;

/// <summary>Takeovers on three nodes that race, die and are replaced.</summary>
[Collection(ClusterCollection.Name)]
public sealed class TakeoverClusterTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    [FactRequiresPostgres]
    public async Task Of_two_admins_on_two_nodes_one_gets_the_session_and_the_other_is_told_who()
    {
        await using var cluster = await Start();
        for (var round = 0; round < Chaos.Size(5, 50); round++)
        {
            await using var user = await cluster.Nodes[2].Connect($"user {round}");
            var session = await user.Begin();
            var answers = await Task.WhenAll(
                PeopleNode.RestAt(cluster.Nodes[0].Http, "POST", $"/admin/takeover/{session}", "eve"),
                PeopleNode.RestAt(cluster.Nodes[1].Http, "POST", $"/admin/takeover/{session}", "kim")
            );

            Assert.Equal([200, 400], answers.Select(a => a.Status).Order());
            var winner = answers[0].Status == 200 ? "Eve" : "Kim";
            Assert.Contains(winner, answers.Single(a => a.Status == 400).Json.Text("message"));
            Assert.Equal(winner, (await user.Next("admin_join")).Metadata("admin_name"));
        }
    }

    [FactRequiresPostgres]
    public async Task Takeover_and_message_that_were_acknowledged_outlive_the_node_that_is_killed_at_once()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await using var cluster = await Start();
        foreach (var node in cluster.Nodes)
        {
            var others = cluster.Nodes.Where(other => other != node).ToList();
            var n = 0;
            await using var user = new LastingClient(
                () => others[n++ % 2].Address,
                TestNode.Token($"of {node.Address.Port}"),
                null,
                deadline.Token
            );
            await user.Do(new { type = "help_request" }, "h1");
            var first = true;
            var token = PeopleNode.AdminToken("eve");
            await using var admin = new LastingClient(() => Pick(), token, user.Session, deadline.Token);
            await admin.Do(new { type = "admin_join" }, "j1");
            await admin.Do(new { type = "user_message", content = "I am here." }, "a1");
            await node.Kill();

            await admin.Do(new { type = "user_message", content = "Still here." }, "a2");
            await user.Do(new { type = "user_message", content = "Good." }, "q1");
            await user.Until(what => what == "admin: Still here.");
            await admin.Until(what => what == "user: Good.");
            Assert.Equal("holder", admin.Status.Metadata("role"));
            Assert.Equal(["admin_join", "admin: I am here.", "admin: Still here.", "user: Good."], user.Items.Select(item => item.What));
            Assert.Equal(user.Items, admin.Items);
            await node.Start();

            Uri Pick()
            {
                (var here, first) = (first ? node : others[n++ % 2], false);
                return here.Address;
            }
        }
    }

    [FactRequiresPostgres]
    public async Task All_nodes_are_replaced_and_nobody_loses_a_holder_a_message_or_a_place_in_the_queue()
    {
        var people = Chaos.Size(4, 20);
        using var deadline = new CancellationTokenSource(Deadline);
        await using var cluster = await Start();
        using var restarted = new CancellationTokenSource();
        await using var queue = await HelpQueue.Of(cluster, people, deadline.Token);
        var talks = Enumerable.Range(0, people).Select(n => Talk(cluster, n, restarted.Token, deadline.Token)).ToList();
        foreach (var node in cluster.Nodes)
        {
            Assert.Equal(0, await node.Terminate());
            await node.Start();
        }

        await restarted.CancelAsync();
        await Task.WhenAll(talks);
        await queue.AssertUnchanged(cluster.Nodes[0]);
    }

    /// <summary>A user and an admin talk until all nodes are replaced.</summary>
    private static async Task Talk(NodeCluster cluster, int n, CancellationToken restarted, CancellationToken cancellationToken)
    {
        await using var user = new LastingClient(cluster.NextFrom(n), TestNode.Token($"person {n}"), null, cancellationToken);
        await user.Do(new { type = "help_request" }, "h1");
        var token = PeopleNode.AdminToken($"admin {n}");
        await using var admin = new LastingClient(cluster.NextFrom(n + 1), token, user.Session, cancellationToken);
        await admin.Do(new { type = "admin_join" }, "j1");
        List<string> said = ["admin_join"];
        for (var round = 0; round < 3 || !restarted.IsCancellationRequested; round++)
        {
            await user.Do(new { type = "user_message", content = $"question {round}" }, $"q{round}");
            await admin.Until(what => what == $"user: question {round}");
            await admin.Do(new { type = "user_message", content = $"word {round}" }, $"a{round}");
            await user.Until(what => what == $"admin: word {round}");
            said.AddRange([$"user: question {round}", $"admin: word {round}"]);
        }

        Assert.Equal("holder", admin.Status.Metadata("role"));
        Assert.Equal(said, user.Items.Select(item => item.What));
        Assert.Equal(user.Items, admin.Items);
    }

    private static async Task<NodeCluster> Start()
    {
        var cluster = await NodeCluster.Start();
        cluster.Models.Otherwise = _ => ModelScript.Answer("Well, ", "well.");
        return cluster;
    }
}
