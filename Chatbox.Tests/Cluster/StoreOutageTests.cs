using System.Diagnostics;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Cluster;

/// <summary>PostgreSQL goes away and comes back. Promises durable-ack and once.</summary>
[Collection(ClusterCollection.Name)]
public sealed class StoreOutageTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [FactRequiresPostgres]
    public async Task Nothing_is_promised_while_the_store_is_away_and_all_goes_on_once_it_is_back()
    {
        await using var cluster = await NodeCluster.Start(
            1,
            new Dictionary<string, string> { ["ASK_TIMEOUT"] = "500ms", ["COMMAND_TIMEOUT"] = "3s" }
        );
        cluster.Models.Otherwise = _ => ModelScript.Answer("Well, ", "well.");
        var node = cluster.Nodes[0];
        await using var client = await node.Connect("alice");
        await client.Say("before", "b");
        var session = (await client.NextDone()).Text("session_id")!;
        await node.Http.RestUntil($"/sessions/{session}", "alice", a => a.Status == 200);

        await cluster.Store.Stop();
        Assert.Equal(503, (await node.Http.RestUntil("/readyz", "alice", a => a.Status != 200)).Status);
        Assert.Equal(503, (await node.Http.Rest("GET", "/sessions", "alice")).Status);
        Assert.Equal(503, (await node.Http.Rest("GET", $"/sessions/{session}", "alice")).Status);
        await client.Say("meanwhile", "m");
        var refused = await client.Next("error");
        Assert.Equal(("DATABASE_ERROR", "m"), (refused.ErrorCode(), refused.Text("id")));
        Assert.DoesNotContain(client.Seen, f => f.Type() == "ack" && f.Text("id") == "m");

        await cluster.Store.StartAgain();
        await node.Http.RestUntil("/readyz", "alice", a => a.Status == 200);
        await SayUntilAcknowledged(client, "meanwhile", "m");
        await client.UntilDone(2);
        await client.Say("after", "a");
        await client.NextDone();

        await using var newcomer = await node.Connect("alice", $"session_id={session}&last_seq=0");
        for (var n = 0; n < 3; n++)
            await newcomer.NextDone();
        Assert.Equal(["before", "meanwhile", "after"], newcomer.Seen.Where(f => f.Type() == "user_message").Select(f => f.Text("content")));
        Assert.Equal(3, cluster.Models.Requests.Count);
        await node.Http.RestUntil(
            $"/sessions/{session}",
            "alice",
            a => a.Status == 200 && a.Json.GetProperty("messages").GetArrayLength() == 6
        );
    }

    [FactRequiresPostgres]
    public async Task Answers_under_way_while_the_store_hangs_for_20_seconds_end_once()
    {
        await using var cluster = await NodeCluster.Start();
        await using var crowd = Crowd.Start(cluster, "person", 12, 3, TimeSpan.FromMilliseconds(100), "DATABASE_ERROR");
        await crowd.UntilAnswered(6);

        await cluster.Store.Pause();
        await Task.Delay(TimeSpan.FromSeconds(20));
        await cluster.Store.Resume();

        await crowd.AssertComplete();
        Assert.All(cluster.Nodes, node => Assert.False(node.HasExited, node.Output));
        Chaos.Report("store that hangs for 20 s, 12 streams", crowd.Clients.Select(c => c.LongestPause));
    }

    [FactRequiresPostgres]
    public async Task Node_ends_within_its_deadline_while_the_store_hangs()
    {
        await using var cluster = await NodeCluster.Start(1, new Dictionary<string, string> { ["SHUTDOWN_TIMEOUT"] = "5s" });
        cluster.Models.Otherwise = _ => ModelScript.Answer("Well, ", "well.");
        await using var client = await cluster.Nodes[0].Connect("alice");
        await client.Say("before", "b");
        await client.NextDone();

        await cluster.Store.Pause();
        var clock = Stopwatch.StartNew();
        await cluster.Nodes[0].Terminate();
        clock.Stop();
        await cluster.Store.Resume();

        // The deadline plus the delays of a loaded machine. Without an overall deadline the phases took 90 s in total.
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    /// <summary>Repeats a message until its ack, as a client does after a recoverable error.</summary>
    private static async Task SayUntilAcknowledged(TestClient client, string content, string id)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        do
        {
            Assert.False(deadline.IsCancellationRequested, "The store is back, and nothing is saved.");
            await client.Say(content, id);
        } while ((await client.Next(f => f.Type() is "ack" or "error" && f.Text("id") == id)).Type() == "error");
    }
}
