using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sessions;
using Chatbox.Actors.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Actors.Gate;

/// <summary>Starts the node's gate before the session region. Comes after both regions.</summary>
public static class SessionGateHosting
{
    /// <param name="timeout">Longest wait for a user's reply; after it, the index decides.</param>
    public static AkkaConfigurationBuilder WithSessionGate(
        this AkkaConfigurationBuilder builder,
        IServiceProvider services,
        TimeSpan timeout
    )
    {
        var index = services.GetRequiredService<ISessionIndex>();
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
