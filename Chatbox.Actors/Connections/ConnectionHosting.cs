using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Actors.Connections.Tokens;
using Chatbox.Actors.Files;
using Chatbox.Actors.Files.Foreign;
using Chatbox.Actors.Gate;
using Chatbox.Actors.Sessions;
using Chatbox.Actors.Sessions.Viewers;
using Chatbox.Actors.Telemetry;
using Chatbox.Actors.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Actors.Connections;

/// <summary>Hosts the connections of a node.</summary>
public static class ConnectionHosting
{
    /// <summary>Starts the actor of the node's connections. The regions of users and sessions, and the gate, must be registered before.</summary>
    public static AkkaConfigurationBuilder WithChatConnections(this AkkaConfigurationBuilder builder, IServiceProvider services)
    {
        var options = services.GetRequiredService<ConnectionOptions>();
        var tokens = services.GetRequiredService<ITokenVerifier>();
        var metrics = services.GetRequiredService<IChatboxMetrics>();
        var clock = services.GetRequiredService<TimeProvider>();
        return builder.WithActors(
            (system, registry) =>
            {
                var with = new ConnectionDependencies(
                    registry.Get<UserActor>(),
                    registry.Get<SessionActor>(),
                    options,
                    tokens,
                    metrics,
                    clock
                )
                {
                    Gate = registry.Get<SessionGateActor>(),
                    Resting = services.GetRequiredService<RestingViewers>(),
                    Library = services.GetService<IFileLibrary>(),
                    Hosts = services.GetService<PublicHosts>() ?? PublicHosts.System,
                };
                var connections = Props.Create(() => new ConnectionsActor(with)).WithDeploy(Deploy.Local);
                registry.Register<ConnectionsActor>(system.ActorOf(connections, "connections"));
            }
        );
    }
}
