using Akka.Actor;
using Akka.Hosting;
using Chatbox.Actors;
using Chatbox.Actors.Clustering;
using Chatbox.Actors.Connections;
using Chatbox.Actors.Connections.Tokens;
using Chatbox.Actors.Sealing;
using Chatbox.Messages;
using Chatbox.Node.Clustering;
using Chatbox.Node.Configuration;
using Chatbox.Node.Endpoints;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Description;
using Chatbox.Node.Endpoints.Sessions;
using Chatbox.Node.Identity;
using Chatbox.Node.Logging;
using Chatbox.Node.Models;
using Chatbox.Node.Operators;
using Chatbox.Node.Sealing;
using Chatbox.Node.Stores;
using Chatbox.Node.Stores.Index;
using Chatbox.Node.Telemetry;
using Microsoft.Extensions.AI;
using static Chatbox.Actors.Connections.ConnectionProtocol;

namespace Chatbox.Node;

/// <summary>Composes a node from its configuration.</summary>
public static class NodeHost
{
    /// <summary>A node that is ready to be started.</summary>
    /// <param name="clock">Time for everything but the actors' timers; the system's unless a test brings its own.</param>
    /// <exception cref="ConfigurationException">A key that the store's content needs is missing or wrong.</exception>
    /// <exception cref="StartupException">The address or the data folder cannot be used now.</exception>
    public static async Task<WebApplication> Build(NodeOptions options, TimeProvider? clock = null)
    {
        ListenAddress.EnsureFree(options.Server.Host, options.Server.Port, "SERVER_HOST", "SERVER_PORT");
        ListenAddress.EnsureFree(options.Operators.Host, options.Operators.Port, "OPERATOR_HOST", "OPERATOR_PORT");
        var folder = DataFolder.Take(options.Store.DataDirectory);
        var store = NodeStore.For(options.Store);
        var cipher = await OpenStore(store, options.SealingKeys, folder);

        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = options.EnvironmentName });
        builder.Logging.AddChatboxLogging(options.Logging.Level, options.Logging.Format == LogFormat.Json);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(options.Server.Host, options.Server.Port);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Server.ShutdownTimeout);
        builder.Services.AddSingleton(cipher);
        builder.AddChatboxTracing(options.Tracing, $"{Environment.MachineName}:{options.Server.Port}");
        AddServices(builder.Services, options, store, clock ?? TimeProvider.System);
        var app = Compose(builder.Build(), options);
        foreach (var warning in folder.Warnings)
            app.Logger.LogWarning("Configuration: {Key} {Message}", "DATA_DIR", warning);
        app.Lifetime.ApplicationStopped.Register(() =>
        {
            store.Dispose();
            folder.Dispose();
        });
        return app;
    }

    private static async Task<IContentCipher> OpenStore(NodeStore store, IReadOnlyList<SealingKey> keys, DataFolder folder)
    {
        try
        {
            await store.Prepare();
            await store.Hold(alone: false);
            return SealingStart.Open(keys, store.Probes, store.Content);
        }
        catch
        {
            // Whoever mends it in this process must be able to try again.
            store.Dispose();
            folder.Dispose();
            throw;
        }
    }

    private static void AddServices(IServiceCollection services, NodeOptions options, NodeStore store, TimeProvider clock)
    {
        services.AddSingleton(clock);
        services.AddSingleton(store);
        services.AddSingleton(options.Connections);
        services.AddSingleton(options.Sessions);
        services.AddSingleton(options.Users);
        services.AddSingleton(options.Models);
        if (options.Cluster.IsShared && store.Register is { } register)
            services.AddClusterJoin(options.Cluster, register);
        if (store.Purge is { } purge)
            services.AddSingleton(purge);
        services.AddHealthChecks(); // Akka.Hosting registers checks of its own and needs the service
        services.AddChatboxMetrics().AddChatboxEdge().AddChatboxAccess(options.Limits);
        services.AddChatboxHealth(
            new HealthOptions
            {
                Store = store,
                JournalPlugin = store.JournalPlugin,
                DataDirectory = options.Store.DataDirectory,
                ProvidersCount = options.Providers.Count,
            }
        );
        services.AddOperators(options.Operators);
        AddIdentity(services, options);
        AddModels(services, options.Providers);
        services.AddSessionIndex(store).AddTokenWithdrawals();
        services.AddSingleton(new ConnectionSlots(options.Server.MaxConnections));
        services.AddSingleton(new SocketOptions(options.Connections, options.Jwt.AllowQueryToken));
        services.AddSingleton<SocketEndpoint>();
        services.AddChatboxSessionRoutes().AddChatboxApiDocument();
        services.AddAkka(
            "chatbox",
            (akka, provider) =>
                store
                    .AddPersistence(
                        akka.ConfigureLoggers(loggers =>
                            {
                                loggers.ClearLoggers();
                                loggers.AddLoggerFactory();
                            })
                            .WithChatboxCluster(options.Cluster)
                    )
                    .WithChatbox(provider)
                    .WithClusterLeave(provider.GetRequiredService<IHostApplicationLifetime>().StopApplication)
        );
    }

    private static void AddIdentity(IServiceCollection services, NodeOptions options)
    {
        if (options.Jwt.Authority is { } authority)
            services.AddSingleton(provider => new AuthorityKeys(
                authority,
                new HttpClient(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<AuthorityKeys>>()
            ));
        services.AddSingleton(provider => new TokenValidator(
            options.Jwt,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<AuthorityKeys>(),
            provider.GetRequiredService<WithdrawnTokens>()
        ));
        services.AddSingleton<WithdrawnTokens>();
        services.AddSingleton<ITokenVerifier, SocketTokens>();
        services.AddSingleton(new OriginPolicy(options.Server.WebSocketOrigins, options.IsDevelopment));
    }

    private static void AddModels(IServiceCollection services, IReadOnlyList<ModelProviderOptions> providers)
    {
        services.AddSingleton(_ => ModelClients.CreateTransport());
        services.AddSingleton<Func<ModelId, IChatClient>>(provider =>
            id =>
                ModelClients.Create(
                    providers.Single(p => p.Description.Id == id),
                    provider.GetRequiredService<SocketsHttpHandler>(),
                    provider.GetRequiredService<TimeProvider>(),
                    provider.GetRequiredService<ILoggerFactory>()
                )
        );
    }

    private static WebApplication Compose(WebApplication app, NodeOptions options)
    {
        if (app.Services.GetRequiredService<IContentCipher>() is { IsSealing: true, AcceptsPlain: true })
            app.Logger.LogWarning(
                "The store may hold content in clear text from before a key was set, and such content is accepted: {Remedy}",
                options.Store.Kind == StoreKind.MongoDb
                    ? "this version cannot seal what MongoDB holds already"
                    : "stop all nodes and run rekey, which seals all of it"
            );
        foreach (var warning in options.Warnings)
            app.Logger.LogWarning("Configuration: {Key} {Message}", warning.Key, warning.Message);

        app.UseMiddleware<AddressTokens>();
        app.UseForwardedClients(options.Server.TrustedProxies);
        app.UseChatboxEdge(options.Server.FrameAncestors, options.Server.CorsOrigins, options.Server.AllowedHosts);
        app.UseChatboxAccess();
        app.UseWebSockets();
        app.MapChatboxHealth(options.Server.PathPrefix);
        app.MapChatboxMetrics(options.Server.PathPrefix, options.Server.MetricsNetworks);
        app.MapChatboxPages(options.Server.PathPrefix);
        app.MapChatboxSessions(options.Server.PathPrefix);
        app.MapChatboxAdministration(options.Server.PathPrefix);
        app.MapChatboxApiDocument(options.Server.PathPrefix);
        SocketEndpoint.Map(app, options.Server.PathPrefix);

        // Sockets first: the actors go only when their clients have been told.
        app.Lifetime.ApplicationStopping.Register(() =>
        {
            app.Services.GetRequiredService<DrainState>().BeginDrain();
            app.Services.GetRequiredService<IRequiredActor<ConnectionsActor>>().ActorRef.Tell(new DrainConnections());
        });
        return app;
    }
}
