using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors.Index;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Actors.Sessions;

/// <summary>Starts the search for idle sessions; the session region must be there.</summary>
public static class SessionCleanerHosting
{
    /// <summary>Does nothing in a node without an index: there is nobody to ask.</summary>
    public static AkkaConfigurationBuilder WithSessionCleaner(this AkkaConfigurationBuilder builder, IServiceProvider services)
    {
        if (services.GetService<ISessionIndex>() is not { } index)
            return builder;
        var options = services.GetRequiredService<SessionOptions>();
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
