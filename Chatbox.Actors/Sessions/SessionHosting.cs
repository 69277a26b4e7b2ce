using Akka.Cluster.Hosting;
using Akka.Cluster.Sharding;
using Akka.Hosting;
using Chatbox.Actors.Clustering;
using Chatbox.Actors.Dispatch;
using Chatbox.Actors.Feed;
using Chatbox.Actors.Files;
using Chatbox.Actors.HelpDesk;
using Chatbox.Actors.Index;
using Chatbox.Actors.Models;
using Chatbox.Actors.Sealing;
using Chatbox.Actors.Sessions.Answers;
using Chatbox.Actors.Sessions.Erasure;
using Chatbox.Actors.Sessions.Journal;
using Chatbox.Actors.Sessions.Settings;
using Chatbox.Actors.Sessions.Viewers;
using Chatbox.Actors.Telemetry;
using Chatbox.Actors.Voice;
using Chatbox.Messages;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Actors.Sessions;

/// <summary>Starts the session region. Comes after the node's models and its index writer.</summary>
public static class SessionHosting
{
    public static AkkaConfigurationBuilder WithChatSessions(this AkkaConfigurationBuilder builder, IServiceProvider services)
    {
        var options = services.GetRequiredService<ChatSessionOptions>();
        var models = services.GetRequiredService<ModelOptions>();
        var metrics = services.GetRequiredService<IChatboxMetrics>();
        var clock = services.GetRequiredService<TimeProvider>();
        var sealing = new SessionSealing(services.GetRequiredService<IContentCipher>());
        return builder.WithShardRegion<SessionActor>(
            "session",
            (system, registry, _) =>
            {
                var (modelsActor, indexWriter) = (registry.Get<ModelsActor>(), registry.Get<IndexWriterActor>());
                var with = new SessionDependencies(modelsActor, indexWriter, options, models, metrics, clock, sealing)
                {
                    Lag = services.GetRequiredService<IndexLag>(),
                    Moves = new AnswerMoves(registry.Get<AnswerRelaysActor>(), new ClusterNodes(system)),
                    Resting = services.GetRequiredService<RestingViewers>(),
                    Feed = services.GetRequiredService<IAdminFeed>(),
                    HelpDesk = registry.Get<HelpDeskProxy>(),
                    FileAddresses = services.GetService<IFileAddresses>(),
                    Files = services.GetService<IFileLibrary>(),
                    ReturnedFiles = services.GetService<IReturnedFileKeeper>(),
                    Transcriber = services.GetService<ITranscriber>(),
                    Speaker = services.GetService<ISpeaker>(),
                    Purge = services.GetService<IStorePurge>(),
                };
                return id => EntityProps.Of<SessionActor>(system, new SessionId(id), with);
            },
            HashCodeMessageExtractor.Create(
                EntityShards.Count,
                message => (message as IWithSessionId)?.SessionId.Value,
                message => message
            ),
            EntityShards.Options(SessionActor.StopSession.Instance, remember: true)
        );
    }
}
