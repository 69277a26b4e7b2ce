using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sessions.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Actors.Sessions.Expiry;

/// <summary>Starts the node's cleaner of idle sessions. Comes after the session region.</summary>
public static class SessionCleanerHosting
{
    public static AkkaConfigurationBuilder WithSessionCleaner(this AkkaConfigurationBuilder builder, IServiceProvider services)
    {
        var index = services.GetRequiredService<ISessionIndex>();
        var options = services.GetRequiredService<ChatSessionOptions>();
        var clock = services.GetRequiredService<TimeProvider>();
        return builder.WithActors(
            (system, registry) =>
            {
                var sessions = registry.Get<SessionActor>();
                var cleaner = Props.Create(() => new SessionCleanerActor(index, sessions, options, clock)).WithDeploy(Deploy.Local);
                registry.Register<SessionCleanerActor>(system.ActorOf(cleaner, "session-cleaner"));
            }
        );
    }
}
