using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Actors.Index;

/// <summary>Starts this node's index writer, which sessions need, and the actor that tells other nodes when the index has caught up.</summary>
public static class IndexHosting
{
    /// <summary>A list or a history that is read right after a change waits so much longer at most.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);

    public static AkkaConfigurationBuilder WithChatIndex(this AkkaConfigurationBuilder builder, IServiceProvider services)
    {
        var index = services.GetRequiredService<ISessionIndex>();
        var state = services.GetRequiredService<IndexState>();
        var metrics = services.GetRequiredService<IChatboxMetrics>();
        var clock = services.GetRequiredService<TimeProvider>();
        var lag = services.GetRequiredService<IndexLag>();
        return builder.WithActors(
            (system, registry) =>
            {
                var writer = Props.Create(() => new IndexWriterActor(index, state, metrics, clock, Gathering)).WithDeploy(Deploy.Local);
                registry.Register<IndexWriterActor>(system.ActorOf(writer, "index-writer"));
                var lagActor = Props.Create(() => new IndexLagActor(lag, clock)).WithDeploy(Deploy.Local);
                registry.Register<IndexLagActor>(system.ActorOf(lagActor, IndexLagActor.Name));
            }
        );
    }
}
