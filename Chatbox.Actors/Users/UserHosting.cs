using Akka.Cluster.Hosting;
using Akka.Cluster.Sharding;
using Akka.Hosting;
using Chatbox.Actors.Clustering;
using Chatbox.Actors.Dispatch;
using Chatbox.Actors.Sessions;
using Chatbox.Actors.Telemetry;
using Chatbox.Messages;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Actors.Users;

/// <summary>Starts the user region. Comes after the session region, which users talk to.</summary>
public static class UserHosting
{
    public static AkkaConfigurationBuilder WithChatUsers(this AkkaConfigurationBuilder builder, IServiceProvider services)
    {
        var options = services.GetRequiredService<UserOptions>();
        var metrics = services.GetRequiredService<IChatboxMetrics>();
        var clock = services.GetRequiredService<TimeProvider>();
        return builder.WithShardRegion<UserActor>(
            "user",
            (system, registry, _) =>
            {
                var sessions = registry.Get<SessionActor>();
                return id => EntityProps.Of<UserActor>(system, new UserId(id), sessions, options, metrics, clock);
            },
            HashCodeMessageExtractor.Create(EntityShards.Count, message => (message as IWithUserId)?.UserId.Value, message => message),
            EntityShards.Options(UserActor.StopUser.Instance)
        );
    }
}
