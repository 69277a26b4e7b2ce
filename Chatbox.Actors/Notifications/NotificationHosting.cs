using Akka;
using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using Chatbox.Actors.Clustering;
using Chatbox.Actors.Feed;
using Chatbox.Actors.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using static Chatbox.Actors.Notifications.NotificationOutboxActor;

namespace Chatbox.Actors.Notifications;

/// <summary>Starts the outbox, which lives once in the cluster, and this node's ways to it.</summary>
public static class NotificationHosting
{
    private const string Name = "notification-outbox";

    /// <summary>Longest time that an orderly stop waits until the outbox has noted it.</summary>
    private static readonly TimeSpan StopWait = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Comes before all parts that raise incidents. The services must contain the channels, the options and <see cref="SentNotifications"/>.
    /// </summary>
    public static AkkaConfigurationBuilder WithNotifications(this AkkaConfigurationBuilder builder, IServiceProvider services)
    {
        var channels = services.GetServices<INotificationChannel>().ToList();
        var options = services.GetRequiredService<NotificationOptions>();
        var sent = services.GetRequiredService<SentNotifications>();
        var feed = services.GetRequiredService<IAdminFeed>();
        var metrics = services.GetRequiredService<IChatboxMetrics>();
        var clock = services.GetRequiredService<TimeProvider>();
        var incidents = services.GetRequiredService<NodeIncidentsQueue>();
        var outbox = Props
            .Create(() => new NotificationOutboxActor(channels, options, sent, feed, metrics, clock))
            .WithDeploy(Deploy.Local);
        return builder
            .WithSingleton<IncidentOutbox>(
                Name,
                (_, _, _) => RestartedSingleton.Of(outbox, "outbox", StopOutbox.Instance),
                new ClusterSingletonOptions
                {
                    TerminationMessage = StopOutbox.Instance,
                    // While a node starts or the outbox moves, nothing is wrong.
                    LogSingletonIdentificationFailure = false,
                }
            )
            .WithActors(
                (system, registry) =>
                {
                    var proxy = registry.Get<IncidentOutbox>();
                    var raiser = Props.Create(() => new IncidentsActor(proxy, options.NodeName, feed)).WithDeploy(Deploy.Local);
                    incidents.Attach(system.ActorOf(raiser, "incidents"));
                    var watch = Props.Create(() => new CrashWatchActor(proxy, incidents, clock)).WithDeploy(Deploy.Local);
                    SayWhenStopped(system, system.ActorOf(watch, "crash-watch"));
                }
            );
    }

    // In the phase in which sessions stop: the cluster is whole, and whoever holds the outbox still runs it.
    private static void SayWhenStopped(ActorSystem system, IActorRef watch) =>
        CoordinatedShutdown
            .Get(system)
            .AddTask(
                CoordinatedShutdown.PhaseServiceStop,
                "say-that-this-node-stops",
                async () =>
                {
                    // A node that the cluster has downed does not stop in order, and reaches nobody.
                    if (system.StoppedUnasked())
                        return Done.Instance;
                    try
                    {
                        await watch.Ask<object>(CrashWatchActor.NodeStops.Instance, StopWait);
                    }
                    catch (AskTimeoutException)
                    {
                        // The outbox or its journal is away: the next start counts as one after a crash.
                    }

                    return Done.Instance;
                }
            );
}
