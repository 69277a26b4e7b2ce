using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sessions;
using Chatbox.Actors.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Actors.Gate;

/// <summary>Starts the gate before the sessions; both regions must be there.</summary>
public static class SessionGateHosting
{
    public static AkkaConfigurationBuilder WithSessionGate(this AkkaConfigurationBuilder builder, IServiceProvider services)
    {
        var index = services.GetRequiredService<ISessionIndex>();
        var timeout = services.GetRequiredService<ConnectionOptions>().AskTimeout;
        return builder.WithActors(
            (system, registry) =>
            {
                var (sessions, users) = (registry.Get<SessionActor>(), registry.Get<UserActor>());
                var gate = Props.Create(() => new SessionGateActor(index, sessions, users, timeout)).WithDeploy(Deploy.Local);
                registry.Register<SessionGateActor>(system.ActorOf(gate, "session-gate"));
            }
        );
    }
}
