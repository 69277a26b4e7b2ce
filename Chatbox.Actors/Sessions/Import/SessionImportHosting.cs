using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors.Index;
using Chatbox.Actors.Sealing;
using Chatbox.Actors.Serialization;
using Chatbox.Actors.Sessions.Journal;
using Chatbox.Actors.Sessions.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Actors.Sessions.Import;

/// <summary>Starts the parts of a node that an import needs.</summary>
public static class SessionImportHosting
{
    /// <summary>Adds the serializer and the index. The caller configures the journal.</summary>
    public static AkkaConfigurationBuilder WithSessionImport(this AkkaConfigurationBuilder builder, IServiceProvider services) =>
        builder.WithChatboxSerializer().WithChatIndex(services);

    /// <summary>Creates the importer. The actor system must have started.</summary>
    public static SessionImporter CreateSessionImporter(this IServiceProvider services) =>
        new(
            services.GetRequiredService<ActorSystem>(),
            services.GetRequiredService<IRequiredActor<IndexWriterActor>>().ActorRef,
            services.GetRequiredService<ISessionIndex>(),
            services.GetRequiredService<ChatSessionOptions>(),
            new SessionSealing(services.GetRequiredService<IContentCipher>()),
            services.GetRequiredService<TimeProvider>()
        );
}
