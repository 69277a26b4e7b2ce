using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors.Notifications;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Actors.Models;

/// <summary>Adds this node's models to the actor system.</summary>
public static class ModelHosting
{
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
                registry.Register<ModelsActor>(
                    system.ActorOf(
                        Props.Create(() => new ModelsActor(options, clients, files, incidents, metrics, clock)).WithDeploy(Deploy.Local),
                        "models"
                    )
                )
        );
    }
}
