using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Cluster;

/// <summary>PostgreSQL goes away, and admins learn of it although the outbox cannot work. Promise told.</summary>
[Collection(ClusterCollection.Name)]
public sealed class StoreDownTests
{
    [FactRequiresPostgres]
    public async Task Outage_of_the_store_and_its_end_are_told_without_the_store()
    {
        await using var server = await NotificationServer.Start();
        await using var cluster = await NodeCluster.Start(1, server.Webhook);

        await cluster.Store.Stop();
        await server.Until(s => s.Hooks.Count >= 1);
        Assert.Equal("store_down", server.Hooks[0].Body.GetProperty("event").GetString());
        Assert.False(server.Hooks[0].Body.GetProperty("over").GetBoolean());

        await cluster.Store.StartAgain();
        await server.Until(s => s.Hooks.Count >= 2);
        Assert.Equal(
            ("store_down", true),
            (server.Hooks[1].Body.GetProperty("event").GetString(), server.Hooks[1].Body.GetProperty("over").GetBoolean())
        );
    }
}
