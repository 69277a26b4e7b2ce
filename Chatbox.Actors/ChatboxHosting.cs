using Akka.Hosting;
using Chatbox.Actors.Connections;
using Chatbox.Actors.Connections.Protocol;
using Chatbox.Actors.Dispatch;
using Chatbox.Actors.Feed;
using Chatbox.Actors.Files.Cleaning;
using Chatbox.Actors.Gate;
using Chatbox.Actors.HelpDesk;
using Chatbox.Actors.Index;
using Chatbox.Actors.Models;
using Chatbox.Actors.Notifications;
using Chatbox.Actors.Serialization;
using Chatbox.Actors.Sessions;
using Chatbox.Actors.Sessions.Expiry;
using Chatbox.Actors.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Chatbox.Actors;

/// <summary>Composes the actors of a node. Each part comes after the parts that it uses.</summary>
public static class ChatboxHosting
{
    /// <summary>Adds models, index, sessions, users and connections. The caller configures the journal.</summary>
    public static AkkaConfigurationBuilder WithChatbox(this AkkaConfigurationBuilder builder, IServiceProvider services) =>
        builder
            .AddHocon(CompactMailbox.Hocon, HoconAddMode.Prepend)
            .WithChatboxSerializer()
            .WithAdminFeed(services)
            .WithNotifications(services)
            .WithChatModels(services)
            .WithChatIndex(services)
            .WithHelpDesk(services, registry => registry.Get<SessionActor>())
            .WithChatSessions(services)
            .WithChatUsers(services)
            .WithSessionGate(services, services.GetRequiredService<ConnectionOptions>().AskTimeout)
            .WithChatConnections(services)
            .WithSessionCleaner(services)
            .WithRetention(services)
            .WithFileCleaner(services);
}
