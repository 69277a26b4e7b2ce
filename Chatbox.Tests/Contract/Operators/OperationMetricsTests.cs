using Chatbox.Tests.Servers;

namespace Chatbox.Tests.Contract.Operators;

/// <summary>The state of a node in its metrics.</summary>
public sealed class OperationMetricsTests
{
    [Fact]
    public async Task Node_shows_its_version_its_readiness_and_its_cluster()
    {
        await using var node = await TestNode.Start();

        var series = await MetricsPage.Read(node.Http);

        Assert.Single(series.Keys, name => name.StartsWith("chatbox_build_info{version=\"", StringComparison.Ordinal));
        Assert.Equal(1, series["chatbox_ready"]);
        Assert.Equal((1, 0), (series["chatbox_cluster_members"], series["chatbox_cluster_unreachable_members"]));
        Assert.Equal(0, series["chatbox_index_backlog_sessions"]);
        Assert.Equal(1, series["chatbox_starts_total"]);
        Assert.DoesNotContain("chatbox_store_connections_max", series.Keys);
    }

    [Fact]
    public async Task Starts_count_over_all_processes_with_the_same_folder()
    {
        await using var node = await NodeProcess.Start(new Dictionary<string, string> { ["LOG_LEVEL"] = "info" });
        Assert.Matches(@"^\S+ info  \w+: Chatbox \d+\.\d+\.\d+", node.Output);
        await node.Kill();
        await node.Start();

        Assert.Equal(2, (await MetricsPage.Read(node.Http))["chatbox_starts_total"]);
    }

    [FactRequiresPostgres]
    public async Task Node_on_postgresql_shows_its_pool_and_is_unready_while_it_waits_for_the_server()
    {
        await using var server = await PostgresServer.Start();
        await server.Stop();
        await using var node = await NodeProcess.StartWaiting(
            new Dictionary<string, string>
            {
                ["STORE"] = "postgres",
                ["POSTGRES_URI"] = server.Uri,
                ["POSTGRES_MAX_CONNECTIONS"] = "7",
            }
        );
        var waiting = await MetricsPage.Read(node.Http);
        Assert.Equal((0, 1), (waiting["chatbox_ready"], waiting["chatbox_starts_total"]));

        await server.StartAgain();
        await node.UntilReady();

        var series = await MetricsPage.Read(node.Http);
        Assert.Equal(1, series["chatbox_ready"]);
        Assert.Equal(7, series["chatbox_store_connections_max"]);
        var open = series["chatbox_store_connections{state=\"used\"}"] + series["chatbox_store_connections{state=\"idle\"}"];
        Assert.InRange(open, 1, 7);
    }
}
