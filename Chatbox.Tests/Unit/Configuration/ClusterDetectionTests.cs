using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Chatbox.Actors.Clustering;
using Chatbox.Node.Clustering;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using AkkaCluster = Akka.Cluster.Cluster;

namespace Chatbox.Tests.Unit.Configuration;

/// <summary><c>CLUSTER_DETECT_AFTER</c>, from the setting to the configuration of the actor system.</summary>
public sealed class ClusterDetectionTests : IDisposable
{
    private readonly ConfigurationFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(null, 1_500)]
    [InlineData("2s", 1_000)]
    [InlineData("10s", 9_000)]
    public async Task Detector_accepts_a_pause_that_ends_with_the_configured_time(string? after, int pause)
    {
        var cluster = await Produced(_fixture.With("CLUSTER_DETECT_AFTER", after).Load().Cluster);

        Assert.Equal(TimeSpan.FromMilliseconds(pause), cluster.GetTimeSpan("failure-detector.acceptable-heartbeat-pause"));
        Assert.Equal(TimeSpan.FromMilliseconds(500), cluster.GetTimeSpan("failure-detector.heartbeat-interval"));
        Assert.Equal(TimeSpan.FromSeconds(2), cluster.GetTimeSpan("split-brain-resolver.stable-after"));
    }

    [Fact]
    public async Task A_node_with_a_broken_link_leaves_well_before_the_resolver_downs_two()
    {
        var cluster = await Produced(_fixture.Load().Cluster);

        var spare = cluster.GetTimeSpan("split-brain-resolver.stable-after") - LinkReports.Patience;
        Assert.True(spare >= 3 * LinkReportActor.Interval, $"{spare}");
    }

    [Fact]
    public async Task A_minority_has_the_margin_and_no_longer_to_stop_before_its_sessions_start_elsewhere()
    {
        using var host = Composed(_fixture.Load().Cluster);
        var cluster = AkkaCluster.Get(host.Services.GetRequiredService<ActorSystem>());

        Assert.Equal(TimeSpan.FromSeconds(1), cluster.DowningProvider.DownRemovalMargin);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_coordinator_that_starts_learns_from_all_nodes_what_a_majority_has_stored()
    {
        var cluster = await Produced(_fixture.Load().Cluster);

        Assert.Equal(0, cluster.GetInt("sharding.coordinator-state.write-majority-plus"));
        Assert.Equal(5, cluster.GetInt("sharding.coordinator-state.read-majority-plus"));
        Assert.Equal(1, cluster.GetInt("sharding.distributed-data.majority-min-cap"));
    }

    [Theory]
    [InlineData("1900ms")]
    [InlineData("31s")]
    public void Time_out_of_bounds_stops_the_start(string after) =>
        Assert.Contains("2s to 30s", _fixture.With("CLUSTER_DETECT_AFTER", after).ErrorOf("CLUSTER_DETECT_AFTER"));

    [Fact]
    public void Time_without_a_cluster_has_no_effect() =>
        Assert.Contains("has no effect", _fixture.With("CLUSTER_DETECT_AFTER", "5s").WarningOf("CLUSTER_DETECT_AFTER"));

    private static async Task<Config> Produced(ClusterNodeOptions options)
    {
        using var host = Composed(options);
        var cluster = host.Services.GetRequiredService<ActorSystem>().Settings.Config.GetConfig("akka.cluster");
        await host.StopAsync();
        return cluster;
    }

    private static IHost Composed(ClusterNodeOptions options)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging().AddAkka("chatbox", akka => akka.WithChatboxCluster(options));
        return builder.Build();
    }
}
