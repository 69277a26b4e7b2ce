using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using Chatbox.Actors.Clustering;
using Chatbox.Actors.Feed;
using Chatbox.Actors.Notifications;
using Chatbox.Actors.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Actors.HelpDesk;

/// <summary>The key in Akka's registry of the way to the help desk, wherever in the cluster it lives.</summary>
public sealed class HelpDeskProxy
{
    private HelpDeskProxy() { }
}

/// <summary>Starts the help desk, which lives once in the cluster, and this node's way to it. Comes before the sessions, which report to it.</summary>
public static class HelpDeskHosting
{
    private const string Name = "help-desk";

    /// <param name="sessions">Returns the session region, which the node has later.</param>
    public static AkkaConfigurationBuilder WithHelpDesk(
        this AkkaConfigurationBuilder builder,
        IServiceProvider services,
        Func<IReadOnlyActorRegistry, IActorRef> sessions
    )
    {
        var options = services.GetRequiredService<HelpDeskOptions>();
        var incidents = services.GetRequiredService<IIncidents>();
        var feed = services.GetRequiredService<IAdminFeed>();
        var metrics = services.GetRequiredService<IChatboxMetrics>();
        var clock = services.GetRequiredService<TimeProvider>();
        return builder.WithSingleton<HelpDeskProxy>(
            Name,
            (_, registry, _) =>
            {
                Func<IActorRef> region = () => sessions(registry);
                return RestartedSingleton.Of(
                    Props.Create(() => new HelpDeskActor(options, region, incidents, feed, metrics, clock)).WithDeploy(Deploy.Local),
                    "desk",
                    HelpDeskActor.StopHelpDesk.Instance
                );
            },
            new ClusterSingletonOptions { TerminationMessage = HelpDeskActor.StopHelpDesk.Instance }
        );
    }
}
