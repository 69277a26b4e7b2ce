using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Crashes;

/// <summary>What a stopping process answers during its <c>DRAIN_DELAY</c>. Protocol sections 3 and 8.</summary>
public sealed class DrainDelayTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(8);

    /// <summary>Both ways to stop a node do the same.</summary>
    [Theory]
    [InlineData("SIGTERM")]
    [InlineData("pbm cluster leave")]
    public async Task Stopping_node_refuses_in_order_and_serves_its_sockets_until_the_delay_ends(string order)
    {
        await using var models = await ScriptedModelServer.Start();
        models.Enqueue(ModelScript.Answer("Still ", "here."));
        await using var node = await NodeProcess.Start(
            new Dictionary<string, string>(models.ProviderSettings)
            {
                ["DRAIN_DELAY"] = $"{Delay.TotalSeconds}s",
                ["SHUTDOWN_TIMEOUT"] = "40s",
            }
        );
        await using var client = await node.Connect("alice");
        await client.Next("connection_status");

        var clock = Stopwatch.StartNew();
        await GiveOrder(node, order);
        var ready = await node.Http.RestUntil("/readyz", "alice", answer => answer.Status == 503);
        var rest = await node.Http.Rest("GET", "/sessions", "alice");
        using var socket = await Upgrade.Send(node.Http, TestNode.Token("bob"));

        Assert.Equal("draining", ready.Json.GetProperty("reason").GetString());
        Assert.Equal((503, "SERVICE_UNAVAILABLE"), (rest.Status, rest.Code));
        Assert.Equal(("5", "close"), (rest.Headers["Retry-After"], rest.Headers["Connection"]));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (socket.StatusCode, socket.Header("Retry-After")));
        Assert.Equal(200, (await node.Http.Rest("GET", "/healthz", null)).Status);
        Assert.Equal(200, (await node.Http.Rest("GET", "/metrics/prometheus", null)).Status);

        await client.Say("still there?", "c1");
        await client.NextDone();
        Assert.DoesNotContain(client.Seen, frame => frame.Metadata("reason") == "reconnect");

        await client.Next(frame => frame.Metadata("reason") == "reconnect", "invitation to reconnect");
        Assert.InRange(clock.Elapsed, Delay, TimeSpan.MaxValue);
        Assert.Equal(0, await node.Exited());
        await client.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, client.CloseStatus);
    }

    private static async Task GiveOrder(NodeProcess node, string order)
    {
        if (order == "SIGTERM")
        {
            await node.SendTerm();
            return;
        }

        using var answer = await node.Http.PostAsync(new Uri(node.OperatorAddress, "/cluster/leave"), null);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
