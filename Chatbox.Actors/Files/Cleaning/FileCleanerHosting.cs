using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors.Clustering;
using Chatbox.Actors.Sessions;
using Chatbox.Actors.Sessions.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Actors.Files.Cleaning;

/// <summary>Starts the node's cleaner of files, if the node has files. Comes after the session region.</summary>
public static class FileCleanerHosting
{
    public static AkkaConfigurationBuilder WithFileCleaner(this AkkaConfigurationBuilder builder, IServiceProvider services)
    {
        if (services.GetService<IFileCleaning>() is not { } cleaning)
            return builder;
        var interval = services.GetRequiredService<ChatSessionOptions>().CleanupInterval;
        var clock = services.GetRequiredService<TimeProvider>();
        return builder.WithActors(
            (system, registry) =>
            {
                var leads = system.Leads();
                var sessions = registry.Get<SessionActor>();
                var cleaner = Props.Create(() => new FileCleanerActor(cleaning, sessions, interval, clock, leads)).WithDeploy(Deploy.Local);
                registry.Register<FileCleanerActor>(system.ActorOf(cleaner, "file-cleaner"));
            }
        );
    }
}
