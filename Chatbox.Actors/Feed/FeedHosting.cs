using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using Chatbox.Actors.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Actors.Feed;

/// <summary>The key in Akka's registry of the way to the feed, wherever in the cluster it lives.</summary>
public sealed class AdminFeedProxy
{
    private AdminFeedProxy() { }
}

/// <summary>Starts the feed, which lives once in the cluster, and this node's publisher. Comes before all parts that publish.</summary>
public static class FeedHosting
{
    private const string Name = "admin-feed";

    public static AkkaConfigurationBuilder WithAdminFeed(this AkkaConfigurationBuilder builder, IServiceProvider services)
    {
        var (feed, clock) = (services.GetRequiredService<NodeFeed>(), services.GetRequiredService<TimeProvider>());
        var metrics = services.GetRequiredService<IChatboxMetrics>();
        return builder
            .WithSingleton<AdminFeedProxy>(
                Name,
                (_, _, _) => Props.Create(() => new AdminFeedActor(clock)).WithDeploy(Deploy.Local),
                // While a node starts or the feed moves, nothing is wrong.
                new ClusterSingletonOptions { LogSingletonIdentificationFailure = false }
            )
            .WithActors(
                (system, registry) =>
                {
                    var proxy = registry.Get<AdminFeedProxy>();
                    var publisher = Props.Create(() => new FeedPublisherActor(proxy, metrics)).WithDeploy(Deploy.Local);
                    feed.Attach(system.ActorOf(publisher, "feed-publisher"));
                }
            );
    }
}
