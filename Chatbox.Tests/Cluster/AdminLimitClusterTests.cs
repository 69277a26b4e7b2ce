namespace Chatbox.Tests.Cluster;

/// <summary>The limit per admin on nodes in processes of their own.</summary>
[Collection(ClusterCollection.Name)]
public sealed class AdminLimitClusterTests
{
    [FactRequiresPostgres]
    public async Task Admin_has_one_limit_on_two_nodes()
    {
        await using var cluster = await NodeCluster.Start(
            2,
            new Dictionary<string, string>
            {
                ["ADMIN_RATE_LIMIT"] = "40",
                ["ADMIN_RATE_WINDOW"] = "24h",
                ["ASK_TIMEOUT"] = "30s",
                ["COMMAND_TIMEOUT"] = "1m",
            }
        );

        var (accepted, refused) = (0, new List<RestAnswer>());
        for (var n = 0; n < 100; n++)
        {
            var answer = await cluster.Nodes[n % 2].Http.Rest("GET", "/admin/canned-replies", "root", "admin");
            if (answer.Status == 200)
                accepted++;
            else
                refused.Add(answer);
        }

        Assert.Equal((40, 60), (accepted, refused.Count));
        Assert.All(refused, answer => Assert.Equal("rate_limit_exceeded", answer.Json.Text("error")));
        Assert.All(refused, answer => Assert.InRange(int.Parse(answer.Headers["Retry-After"]), 80_000, 86_405));
        Assert.Equal(200, (await cluster.Nodes[0].Http.Rest("GET", "/admin/canned-replies", "boss", "admin")).Status);
    }
}
