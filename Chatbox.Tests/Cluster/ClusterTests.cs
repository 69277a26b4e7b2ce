using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Cluster;

/// <summary>Three nodes act as one service: through any of them, and while one of them dies or is replaced.</summary>
[Collection(ClusterCollection.Name)]
public sealed class ClusterTests
{
    [FactRequiresPostgres]
    public async Task Session_is_the_same_through_every_node_and_sockets_are_counted_over_all_of_them()
    {
        await using var cluster = await NodeCluster.Start();
        cluster.Models.Otherwise = _ => ModelScript.Answer("Well, ", "well.");
        var devices = new List<CrashClient>();
        foreach (var node in cluster.Nodes)
        {
            devices.Add(new CrashClient("alice"));
            await devices[^1].Connect(node);
        }

        for (var n = 0; n < 3; n++)
        {
            await devices[n].Say($"from device {n}", $"d{n}");
            foreach (var device in devices)
                await device.Until(n + 1, n + 1);
        }

        Assert.All(devices, d => Assert.Equal(devices[0].Questions.Concat(devices[0].Answers), d.Questions.Concat(d.Answers)));
        foreach (var node in cluster.Nodes)
            await node.Http.RestUntil(
                $"/sessions/{devices[0].SessionId}",
                "alice",
                a => a.Status == 200 && a.Json.GetProperty("messages").GetArrayLength() == 6
            );

        await Stream_and_commands_meet_on_different_nodes(cluster);

        for (var n = devices.Count; n < 10; n++)
        {
            devices.Add(new CrashClient("alice"));
            await devices[^1].Connect(cluster.Nodes[n % 3]);
        }

        Assert.All(
            await Task.WhenAll(cluster.Nodes.Select(node => Upgrade.Status(node.Http, TestNode.Token("alice")))),
            status => Assert.Equal(429, status)
        );
        foreach (var device in devices)
            await device.DisposeAsync();
    }

    /// <summary>A client without WebSockets needs no proxy that brings its requests to one node.</summary>
    private static async Task Stream_and_commands_meet_on_different_nodes(NodeCluster cluster)
    {
        var token = TestNode.Token("bob");
        await using var stream = await EventStream.Connect(cluster.Nodes[0].Http, token);
        await stream.Next("connection_status");
        foreach (var node in cluster.Nodes)
        {
            var message = new
            {
                type = "user_message",
                content = "hello",
                id = $"to {node.Address.Port}",
            };
            var replies = (await EventStream.Post(node.Http, token, message)).Json.GetProperty("replies");
            Assert.Equal("ack", replies[0].Type());
            Assert.Equal(replies[0].Text("session_id"), (await stream.NextDone()).Text("session_id"));
        }
    }

    [FactRequiresPostgres]
    public async Task Message_is_one_trace_over_all_nodes_it_touches()
    {
        await using var collector = await TraceCollector.Start();
        await using var cluster = await NodeCluster.Start(2, collector.Settings);
        cluster.Models.Otherwise = _ => ModelScript.Answer("Well, ", "well.");
        await using var one = await cluster.Nodes[0].Connect("alice");
        await using var other = await cluster.Nodes[1].Connect("alice");

        await one.Say("hello", "c1");
        await one.NextDone();
        await other.NextDone();

        // Whichever node has the session, the message arrived at one node and the answer leaves through both.
        var spans = await collector.UntilWhole("send ai_response", 4);
        Assert.Single(spans.Select(s => s.Trace).Distinct());
        Assert.Equal(2, spans.Where(s => s.Name == "send ai_response").Select(s => s.Instance).Distinct().Count());
    }

    [FactRequiresPostgres]
    public async Task Devices_agree_on_their_first_session_though_the_users_actor_has_moved_to_another_node()
    {
        const int people = 8;
        await using var cluster = await NodeCluster.Start(2);
        var goOn = new TaskCompletionSource();
        cluster.Models.Otherwise = _ => ModelScript.Begin().Pieces("So far").Wait(goOn.Task).Pieces(".").Usage(1, 1).End();
        var (laptops, phones) = (new List<TestClient>(), new List<TestClient>());
        for (var n = 0; n < people; n++)
        {
            laptops.Add(await cluster.Nodes[1].Connect($"person {n}"));
            await laptops[n].Next("connection_status");
        }

        // The oldest node has half of the users' actors.
        Assert.Equal(0, await cluster.Nodes[0].Terminate());
        for (var n = 0; n < people; n++)
        {
            phones.Add(await cluster.Nodes[1].Connect($"person {n}"));
            await phones[n].Say("from the phone", "p1");
            var session = (await phones[n].Next("ai_response")).Text("session_id");
            await laptops[n].Say("from the laptop", "l1");
            Assert.Equal(session, (await laptops[n].Next(f => f.Type() == "ack" && f.Text("id") == "l1")).Text("session_id"));
        }

        goOn.SetResult();
        foreach (var phone in phones)
        {
            Assert.Equal("stop", (await phone.NextDone()).Metadata("finish_reason"));
            Assert.Equal("stop", (await phone.NextDone()).Metadata("finish_reason"));
        }

        foreach (var client in laptops.Concat(phones))
            await client.DisposeAsync();
    }

    [FactRequiresPostgres]
    public async Task Operator_takes_a_node_out_while_people_chat_and_nobody_notices()
    {
        await using var cluster = await NodeCluster.Start();
        await using var crowd = Crowd.Start(cluster, "person", 20, 3, TimeSpan.FromMilliseconds(200));
        await crowd.UntilAnswered(10);

        // The request goes to one node and names another: the oldest, which runs the shard coordinator.
        var leave = await PbmRun.At(cluster.Nodes[1].OperatorAddress, "cluster", "leave", cluster.ClusterAddresses[0]);
        Assert.Equal((0, ""), (leave.Exit, leave.Error));
        Assert.Equal(0, await cluster.Nodes[0].Exited());

        await crowd.AssertComplete();
        Assert.Equal(20 * 3, cluster.Models.Requests.Count); // no answer was asked of the provider twice
        Chaos.Report("pbm cluster leave, 20 streams", crowd.Clients.Select(c => c.LongestPause));
        var show = await PbmRun.At(cluster.Nodes[2].OperatorAddress, "cluster", "show", "--json");
        Assert.Equal(["up", "up"], show.Json.GetProperty("members").EnumerateArray().Select(member => member.Text("status")));
        var stats = await PbmRun.At(cluster.Nodes[2].OperatorAddress, "cluster-sharding", "stats", "user", "--json");
        Assert.Equal(2, stats.Json.GetProperty("nodes").GetArrayLength());
    }

    [FactRequiresPostgres]
    public async Task Streams_of_a_killed_node_go_on_elsewhere()
    {
        const int questions = 2;
        await using var cluster = await NodeCluster.Start();
        for (var round = 0; round < Chaos.Size(2, 10); round++)
        {
            var people = Chaos.Size(40, round % 2 == 0 ? 100 : 200);
            var node = cluster.Nodes[round % 3];
            var asked = cluster.Models.Requests.Count;
            await using var crowd = Crowd.Start(cluster, $"round {round}", people, questions, TimeSpan.FromMilliseconds(300));
            await crowd.UntilAnswered(people / 2);
            await node.Kill();
            await crowd.AssertComplete();
            // Nobody waits until the silence of the dead node is long enough.
            Assert.Contains(cluster.Nodes, other => other != node && other.Output.Contains("has ended, so this node downs it"));
            await node.Start();

            // A running answer is requested again at most once for each node that died during it.
            Assert.InRange(cluster.Models.Requests.Count - asked, people * questions, people * questions + people);
            // Only clients whose session or socket was on the killed node notice a pause.
            Chaos.Report($"kill -9 of a node, {people} streams", crowd.Clients.Select(c => c.LongestPause).Where(p => p.TotalSeconds > 1));
        }
    }

    [FactRequiresPostgres]
    public async Task Suspended_node_is_downed_for_its_silence_and_never_taken_for_dead()
    {
        await using var cluster = await NodeCluster.Start();
        for (var round = 0; round < Chaos.Size(1, 6); round++)
        {
            await using var crowd = Crowd.Start(cluster, $"round {round}", 6, 3, TimeSpan.FromMilliseconds(100));
            await crowd.UntilAnswered(3);
            var node = cluster.Nodes[round % cluster.Nodes.Count];
            var other = cluster.Nodes[(round + 1) % cluster.Nodes.Count];

            var before = node.Output.Length;

            await node.Suspend();
            await MetricsPage.WaitFor(other.Http, "chatbox_cluster_members", members => members == 2);
            await node.Resume();

            Assert.NotEqual(0, await node.Exited());
            // Awake again, the node must not count the others out before it notices that they have removed it.
            Assert.DoesNotContain("SBR took decision", node.Output[before..]);
            Assert.All(cluster.Nodes.Where(n => n != node), n => Assert.DoesNotContain("has ended, so", n.Output));
            await node.Start();
            await crowd.AssertComplete();
        }
    }

    [FactRequiresPostgres]
    public async Task All_nodes_are_replaced_one_after_the_other_and_nobody_misses_a_word()
    {
        await using var cluster = await NodeCluster.Start();
        for (var round = 0; round < Chaos.Size(1, 5); round++)
        {
            var people = Chaos.Size(40, round % 2 == 0 ? 100 : 500);
            var asked = cluster.Models.Requests.Count;
            await using var crowd = Crowd.Start(cluster, $"round {round}", people, 5, TimeSpan.FromMilliseconds(400));
            await crowd.UntilAnswered(people / 2);
            foreach (var node in cluster.Nodes)
            {
                Assert.Equal(0, await node.Terminate());
                Chaos.Report($"rolling restart of three, {people} streams: a node leaves", crowd.Clients.Select(c => c.TakePauseOfStep()));
                await node.Start();
                Chaos.Report($"rolling restart of three, {people} streams: it is back", crowd.Clients.Select(c => c.TakePauseOfStep()));
            }

            await crowd.AssertComplete();
            Chaos.Report($"rolling restart of three, {people} streams", crowd.Clients.Select(c => c.LongestPause));
            var hints = crowd.Clients.SelectMany(client => client.ReconnectHints).ToList();
            Assert.True(hints.Count >= people, $"Of {people} people only {hints.Count} were asked to come back.");
            Assert.Equal(people * 5, cluster.Models.Requests.Count - asked);
        }
    }
}
