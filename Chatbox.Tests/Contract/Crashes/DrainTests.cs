using System.Net;
using System.Net.WebSockets;
using Akka.Actor;
using Chatbox.Actors.Clustering;
using Chatbox.Node.Health;
using Chatbox.Tests.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Chatbox.Tests.Contract.Crashes;

/// <summary>A node that leaves the service. Protocol sections 3 and 8.</summary>
public sealed class DrainTests
{
    [Fact]
    public async Task Draining_node_is_not_ready_and_takes_no_sockets_but_serves_those_it_has()
    {
        await using var node = await TestNode.Start();
        await using var client = await node.Connect("alice");
        await client.Next("connection_status");
        node.Services.GetRequiredService<DrainState>().BeginDrain();

        using (var ready = await node.Http.GetAsync("/chatbox/readyz"))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        using (var refused = await Upgrade.Send(node, TestNode.Token("bob")))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Equal("5", refused.Header("Retry-After"));
        }

        await client.Say("still there?", "c1");
        await client.NextDone();
    }

    [Fact]
    public async Task Clients_are_told_to_come_back_and_closed_with_1001()
    {
        await using var node = await TestNode.Start();
        await using var client = await node.Connect("alice");
        await client.Next("connection_status");
        node.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        var notice = await client.Next("notification");
        await client.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("reconnect", notice.Metadata("reason"));
        Assert.InRange(int.Parse(notice.Metadata("reconnect_after_ms")!), 0, 60_000);
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, client.CloseStatus);
        Assert.Equal("Server shutting down", client.Socket.CloseStatusDescription);
    }

    [Fact]
    public async Task Clients_are_told_first_when_the_cluster_ends_the_node()
    {
        await using var node = await TestNode.Start();
        await using var client = await node.Connect("alice");
        await client.Next("connection_status");
        var system = node.Services.GetRequiredService<ActorSystem>();

        // The cluster shuts a leaving member down in this way, whichever node the request went to.
        var ended = CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClusterLeavingReason.Instance);

        Assert.Equal("reconnect", (await client.Next("notification")).Metadata("reason"));
        await client.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, client.CloseStatus);
        await ended.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(system.StoppedUnasked());
    }

    [Fact]
    public async Task Node_exits_clean_on_sigterm_in_the_middle_of_an_answer()
    {
        await using var models = await ScriptedModelServer.Start();
        models.Enqueue(ModelScript.Begin().Pieces("Half").Hang());
        await using var node = await NodeProcess.Start(models.ProviderSettings);
        await using var client = await TestClient.Connect(node.Address, TestNode.Token("alice"));
        await client.Say("long", "c1");
        await client.Next("ai_response");

        Assert.Equal(0, await node.Terminate());
        await client.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, client.CloseStatus);
    }
}
