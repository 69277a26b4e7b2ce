using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors.Clustering;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sessions.Settings;
using Chatbox.Actors.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Actors.Sessions.Expiry;

/// <summary>Starts the erasure of unused sessions, if there is a retention time. Comes after the session region.</summary>
public static class RetentionHosting
{
    public static AkkaConfigurationBuilder WithRetention(this AkkaConfigurationBuilder builder, IServiceProvider services)
    {
        var options = services.GetRequiredService<ChatSessionOptions>();
        if (options.Retention is null)
            return builder;
        var index = services.GetRequiredService<ISessionIndex>();
        var metrics = services.GetRequiredService<IChatboxMetrics>();
        var clock = services.GetRequiredService<TimeProvider>();
        return builder.WithActors(
            (system, registry) =>
            {
                var leads = system.Leads();
                var sessions = registry.Get<SessionActor>();
                var retention = Props
                    .Create(() => new RetentionActor(index, sessions, options, metrics, clock, leads))
                    .WithDeploy(Deploy.Local);
                registry.Register<RetentionActor>(system.ActorOf(retention, "retention"));
            }
        );
    }
}
