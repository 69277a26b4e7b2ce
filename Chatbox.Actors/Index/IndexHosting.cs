using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Actors.Index;

/// <summary>Starts this node's index writer; sessions need it.</summary>
public static class IndexHosting
{
    public static AkkaConfigurationBuilder WithChatIndex(this AkkaConfigurationBuilder builder, IServiceProvider services)
    {
        var index = services.GetRequiredService<ISessionIndex>();
        var metrics = services.GetRequiredService<IChatboxMetrics>();
        var clock = services.GetRequiredService<TimeProvider>();
        return builder.WithActors(
            (system, registry) =>
                registry.Register<IndexWriterActor>(
                    system.ActorOf(Props.Create(() => new IndexWriterActor(index, metrics, clock)).WithDeploy(Deploy.Local), "index-writer")
                )
        );
    }
}
