using Akka;
using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors.Clustering;
using Chatbox.Actors.Notifications;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Actors.Models;

/// <summary>Adds this node's models to the actor system.</summary>
public static class ModelHosting
{
    /// <summary>
    /// The phase of a stop after sessions and singletons have moved, and before the others remove the node: the last in which they reach it.
    /// </summary>
    private const string StreamsPhase = "answer-streams";

    private static readonly TimeSpan DrainMargin = TimeSpan.FromSeconds(1);

    /// <summary>Starts the models. The services must contain a function from a model's id to the client of its provider, and may contain a reader and a keeper of files.</summary>
    public static AkkaConfigurationBuilder WithChatModels(this AkkaConfigurationBuilder builder, IServiceProvider services)
    {
        var options = services.GetRequiredService<ModelOptions>();
        var clients = services.GetRequiredService<Func<ModelId, IChatClient>>();
        var files = new ModelFiles(services.GetService<IPromptFileReader>(), services.GetService<IReturnedFileKeeper>());
        var incidents = services.GetRequiredService<IIncidents>();
        var metrics = services.GetRequiredService<IChatboxMetrics>();
        var clock = services.GetRequiredService<TimeProvider>();
        return builder.WithActors(
            (system, registry) =>
            {
                var models = system.ActorOf(
                    Props.Create(() => new ModelsActor(options, clients, files, incidents, metrics, clock)).WithDeploy(Deploy.Local),
                    "models"
                );
                var nodes = new ClusterNodes(system);
                registry.Register<ModelsActor>(models);
                registry.Register<AnswerRelaysActor>(
                    system.ActorOf(
                        Props.Create(() => new AnswerRelaysActor(models, nodes)).WithDeploy(Deploy.Local),
                        AnswerRelaysActor.Name
                    )
                );
            }
        );
    }

    /// <summary>
    /// Keeps a node that stops in the cluster while answers stream there for sessions that have left it.
    /// </summary>
    /// <param name="longest">The greatest value of <paramref name="timeLeft"/>.</param>
    /// <param name="timeLeft">Time that the answers still have; then their sessions continue them by themselves.</param>
    public static AkkaConfigurationBuilder WithStreamsToTheEnd(
        this AkkaConfigurationBuilder builder,
        TimeSpan longest,
        Func<TimeSpan> timeLeft
    )
    {
        const string phases = "akka.coordinated-shutdown.phases";
        return builder
            .AddHocon(
                $"""
                {phases}.{StreamsPhase}.depends-on = [{CoordinatedShutdown.PhaseClusterExiting}]
                {phases}.{StreamsPhase}.timeout = {(long)(longest + DrainMargin).TotalMilliseconds}ms
                {phases}.{CoordinatedShutdown.PhaseClusterExitingDone}.depends-on = [{StreamsPhase}]
                """,
                HoconAddMode.Prepend
            )
            .AddStartup(
                (system, registry) =>
                {
                    var relays = registry.Get<AnswerRelaysActor>();
                    CoordinatedShutdown
                        .Get(system)
                        .AddTask(
                            StreamsPhase,
                            "end-of-streams",
                            async () =>
                            {
                                var left = system.StoppedUnasked() ? TimeSpan.Zero : timeLeft();
                                var drain = new AnswerRelaysActor.DrainRelays(left);
                                await relays
                                    .Ask<AnswerRelaysActor.RelaysDrained>(drain, left + DrainMargin)
                                    .ContinueWith(_ => { }, TaskScheduler.Default);
                                return Done.Instance;
                            }
                        );
                    return Task.CompletedTask;
                }
            );
    }
}
