using Chatbox.Tests.Contract.People;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Cluster;

/// <summary>The live feed of admins on two nodes. Protocol section 6.</summary>
[Collection(ClusterCollection.Name)]
public sealed class AdminFeedClusterTests
{
    [FactRequiresPostgres]
    public async Task Admin_on_one_node_sees_what_happens_on_the_other_and_reloads_when_the_feed_has_moved()
    {
        await using var cluster = await NodeCluster.Start(2);
        cluster.Models.Otherwise = _ => ModelScript.Answer("Well, ", "well.");
        AdminEventStream[] feeds =
        [
            await AdminEventStream.Open(cluster.Nodes[0].Http, PeopleNode.AdminToken("eve")),
            await AdminEventStream.Open(cluster.Nodes[1].Http, PeopleNode.AdminToken("kim")),
        ];
        for (var n = 0; n < 4; n++)
        {
            await using var user = await cluster.Nodes[n % 2].Connect($"user {n}");
            var session = (await user.Do(new { type = "help_request" }, "h1")).Text("session_id")!;
            foreach (var feed in feeds)
            {
                // Events of two nodes, the session's and the help desk's, come in any order.
                while (TypesOf(feed, session).Count < 3)
                    await feed.Next();
                Assert.Equal(["help_requested", "queue_changed", "session_opened"], TypesOf(feed, session));
            }
        }

        // The feed lives on the oldest node.
        var last = feeds[1].LastId;
        await cluster.Nodes[0].Terminate();
        await feeds[1].Next("reload");
        await using var late = await AdminEventStream.Open(cluster.Nodes[1].Http, PeopleNode.AdminToken("eve"), last);
        await late.Next("reload");
        foreach (var feed in feeds)
            await feed.DisposeAsync();
    }

    /// <summary>Who looks at the session is told a second later, and again and again.</summary>
    private static List<string?> TypesOf(AdminEventStream feed, string session) =>
        [.. feed.Seen.Where(e => e.Text("session_id") == session).Select(e => e.Type()).Where(type => type != "viewers_changed").Order()];
}
