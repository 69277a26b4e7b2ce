using Akka.Actor;
using Akka.Hosting;
using Akka.Streams;
using Akka.Streams.Dsl;
using Chatbox.Actors.Connections.Tokens;
using Chatbox.Actors.Gate;
using Chatbox.Actors.Sessions;
using Chatbox.Actors.Telemetry;
using Chatbox.Actors.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Actors.Connections;

/// <summary>Starts what the sockets of this node need; the regions must be there.</summary>
public static class ConnectionHosting
{
    public static AkkaConfigurationBuilder WithChatConnections(this AkkaConfigurationBuilder builder, IServiceProvider services)
    {
        var options = services.GetRequiredService<ConnectionOptions>();
        var tokens = services.GetRequiredService<ITokenVerifier>();
        var metrics = services.GetRequiredService<IChatboxMetrics>();
        var clock = services.GetRequiredService<TimeProvider>();
        return builder
            .WithActors(
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
                    };
                    var connections = Props.Create(() => new ConnectionsActor(with)).WithDeploy(Deploy.Local);
                    registry.Register<ConnectionsActor>(system.ActorOf(connections, "connections"));
                }
            )
            // The first streams of a fresh materializer can fail; one that has run is safe for every socket.
            .AddStartup((system, _) => Source.Single(1).RunWith(Sink.Ignore<int>(), system.Materializer()));
    }
}
