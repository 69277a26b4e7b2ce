using Akka.Hosting;
using Chatbox.Actors;
using Chatbox.Actors.Clustering;
using Chatbox.Actors.Connections;
using Chatbox.Actors.Feed;
using Chatbox.Actors.Models;
using Chatbox.Actors.Sealing;
using Chatbox.Actors.Sessions.Viewers;
using Chatbox.Node.Clustering;
using Chatbox.Node.Configuration;
using Chatbox.Node.Endpoints;
using Chatbox.Node.Endpoints.Access;
using Chatbox.Node.Endpoints.Administration;
using Chatbox.Node.Endpoints.Canned;
using Chatbox.Node.Endpoints.Description;
using Chatbox.Node.Endpoints.Edge;
using Chatbox.Node.Endpoints.Feed;
using Chatbox.Node.Endpoints.Files;
using Chatbox.Node.Endpoints.Help;
using Chatbox.Node.Endpoints.Sessions;
using Chatbox.Node.Endpoints.Streams;
using Chatbox.Node.Endpoints.Takeovers;
using Chatbox.Node.Errors;
using Chatbox.Node.Files.Judging;
using Chatbox.Node.Files.Reading;
using Chatbox.Node.Files.Records;
using Chatbox.Node.Files.Store;
using Chatbox.Node.Health;
using Chatbox.Node.Identity;
using Chatbox.Node.Logging;
using Chatbox.Node.Models.Providers;
using Chatbox.Node.Models.Speech;
using Chatbox.Node.Notifications;
using Chatbox.Node.Operators;
using Chatbox.Node.Start;
using Chatbox.Node.Start.Rehearsals;
using Chatbox.Node.Stores;
using Chatbox.Node.Stores.Index;
using Chatbox.Node.Telemetry;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Chatbox.Node;

/// <summary>Composes a node from its configuration: store, services, request pipeline, order of stopping.</summary>
public static partial class NodeHost
{
    private const int RequestBufferBytes = 128 * 1024;

    /// <summary>Opens the store and builds a node that is ready to start.</summary>
    /// <param name="clock">Time for everything except the actors' timers; the system's clock by default.</param>
    /// <exception cref="ConfigurationException">A key that the stored content needs is missing or wrong.</exception>
    /// <exception cref="StartupException">An address, the data folder or the database cannot be used now.</exception>
    public static async Task<WebApplication> Build(
        NodeOptions options,
        TimeProvider? clock = null,
        CancellationToken cancellationToken = default
    )
    {
        ListenAddress.EnsureFree(options.Server.Host, options.Server.Port, "SERVER_HOST", "SERVER_PORT");
        ListenAddress.EnsureFree(options.Operators.Host, options.Operators.Port, "OPERATOR_HOST", "OPERATOR_PORT");
        var folder = DataFolder.Take(options.Store.DataDirectory);
        var store = options.Store.Create();
        // Opening the store and composing the node each take a third of a second of a cold core, and neither needs the other.
        var opening = Open(store, options, folder, cancellationToken);
        WebApplication? app = null;
        try
        {
            app = Compose(options, store, opening, clock ?? TimeProvider.System);
            MapEndpoints(app, options);
            var (cipher, shortage) = await opening;
            LogVersion(app.Logger, OperationMetrics.Version);
            app.Services.GetRequiredService<PrometheusMetrics>().Operation.Started(folder.Starts);
            LogWarnings(app.Logger, options, cipher, folder, shortage);
            UsePipeline(app, options.Server, options.Files.SourcesOfPages(cipher.IsSealing));
            StopInOrder(app, store, folder);
            return app;
        }
        catch
        {
            if (app is not null)
                await app.DisposeAsync();
            await opening.ContinueWith(_ => { }, TaskScheduler.Default);

            // A later start in this process needs the lock of the folder and of the database.
            store.Dispose();
            folder.Dispose();
            throw;
        }
    }

    /// <summary>A node whose store is still being opened: its services are created when the node starts, and need the cipher only then.</summary>
    private static WebApplication Compose(
        NodeOptions options,
        NodeStore store,
        Task<(IContentCipher Cipher, string? Shortage)> opening,
        TimeProvider clock
    )
    {
        var builder = WebApplication.CreateSlimBuilder(HostSettings.For(options.EnvironmentName));
        builder.Logging.AddChatboxLogging(options.Logging.Level, options.Logging.Format == LogFormat.Json);
        builder.AddChatboxTracing(options.Tracing, $"{Environment.MachineName}:{options.Server.Port}");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // What a client may send ahead of what is read, which uploads fill.
            kestrel.Limits.MaxRequestBufferSize = RequestBufferBytes;
            kestrel.Listen(options.Server.Host, options.Server.Port);
        });
        // The sockets themselves do not heed Kestrel's limit, and read 1 MiB ahead; an upload of unknown length then had that twice.
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.MaxReadBufferSize = RequestBufferBytes);
        builder.Services.BoundServerStop(StopTimes.ForConnections(options.Server.ShutdownTimeout));
        AddServices(builder.Services.AddSingleton(clock), options, store);
        builder
            .Services.AddSingleton(_ => opening.GetAwaiter().GetResult().Cipher)
            .AddChatboxFileStore(options.Files, FileStoreHosting.Open(options.Files, clock))
            .AddFileLibrary(store, options.Uploads.KeepUnsent);
        AddActors(builder.Services, options, store);
        // Begins when the actors have started, while the web server starts, which is the last to start.
        builder.Services.AddHostedService(provider => ActivatorUtilities.CreateInstance<Rehearsal>(provider, options.Providers));
        return builder.Build();
    }

    private static async Task<(IContentCipher Cipher, string? Shortage)> Open(
        NodeStore store,
        NodeOptions options,
        DataFolder folder,
        CancellationToken cancellationToken
    )
    {
        var cipher = await StoreStart.Open(store, options, folder.Starts, cancellationToken);
        return (cipher, await store.FindShortage(options.Cluster.Seeds.Count, cancellationToken));
    }

    private static void AddServices(IServiceCollection services, NodeOptions options, NodeStore store)
    {
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Server.ShutdownTimeout);
        services
            .AddSingleton(provider => ActivatorUtilities.CreateInstance<NodeDrain>(provider, options.Server.DrainDelay))
            .AddHostedService(provider => provider.GetRequiredService<NodeDrain>());
        services
            .AddSingleton(store)
            .AddSingleton(store.CreateWithdrawals())
            .AddSingleton(options.Connections)
            .AddSingleton(options.Sessions)
            .AddSingleton<RestingViewers>()
            .AddSingleton(options.HelpDesk)
            .AddSingleton<NodeFeed>()
            .AddSingleton<IAdminFeed>(provider => provider.GetRequiredService<NodeFeed>());
        services.AddSingleton(options.Users).AddSingleton(options.Models);
        if (options.Cluster.IsShared && store.Register is { } register)
            services.AddClusterJoin(options.Cluster, register);
        if (store.Purge is { } purge)
            services.AddSingleton(purge);
        services.AddHealthChecks(); // Akka.Hosting registers health checks of its own and needs this service.
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
        services
            .AddFileJudge(options.Scan, options.Images)
            .AddChatboxUploads(options.Uploads)
            .AddFileReading()
            .AddTokenCookie([options.Server.PathPrefix, UploadHosting.ReplacedRoute], options.Server.CorsOrigins);
        services.AddNotifications(WithNodeName(options));
        services.AddOperators(options.Operators);
        services.AddChatboxModels(options.Providers).AddChatboxVoice(options.Voice);
        services.AddSessionIndex(store);
        services.AddChatboxIdentity(options.Jwt, new OriginPolicy(options.Server.WebSocketOrigins, options.IsDevelopment));
        services.AddChatboxSockets(new SocketOptions(options.Connections, options.Server.MaxConnections, options.Jwt.AllowQueryToken));
        services
            .AddChatboxStreams()
            .AddChatboxSessions()
            .AddChatboxAdministration()
            .AddChatboxAdminSessions()
            .AddChatboxAudit()
            .AddChatboxRatings()
            .AddChatboxTakeovers()
            .AddChatboxHelp()
            .AddChatboxFileDownloads()
            .AddAdminEvents()
            .AddChatboxApiDocument();
        services.AddChatboxCannedReplies(options.CannedReplies);
    }

    private static NotifierOptions WithNodeName(NodeOptions options) =>
        options.Notifier with
        {
            Notifications = options.Notifier.Notifications with
            {
                NodeName = options.Cluster.IsShared ? $"{options.Cluster.Address}" : Environment.MachineName,
            },
        };

    private static void AddActors(IServiceCollection services, NodeOptions options, NodeStore store) =>
        services.AddAkka(
            "chatbox",
            (akka, provider) =>
            {
                var drain = provider.GetRequiredService<NodeDrain>();
                store
                    .AddPersistence(akka.WithHostLogging().WithChatboxCluster(options.Cluster))
                    .WithChatbox(provider)
                    .WithActors((_, registry) => drain.Connections = registry.Get<ConnectionsActor>())
                    .WithLinkReports(provider.GetRequiredService<TimeProvider>())
                    .WithQuarantinedNodes(provider.GetRequiredService<TimeProvider>())
                    .WithStreamsToTheEnd(
                        options.Server.ShutdownTimeout,
                        () => StopTimes.ForStreams(options.Server.ShutdownTimeout, drain.Elapsed)
                    )
                    .WithClusterLeave(
                        provider.GetRequiredService<IHostApplicationLifetime>().StopApplication,
                        drain.Begin,
                        options.Server.DrainDelay,
                        StopTimes.ForNewHomes(options.Server.ShutdownTimeout)
                    );
                if (provider.GetService<IDeathProof>() is { } proof)
                    akka.WithDeadNodes(proof, provider.GetRequiredService<TimeProvider>());
            }
        );

    private static void UsePipeline(WebApplication app, ServerOptions server, IReadOnlyList<string> fileSources)
    {
        app.UseMiddleware<AddressTokens>();
        app.UseForwardedClients(server.TrustedProxies);
        app.UseChatboxEdge(server.FrameAncestors, server.CorsOrigins, server.AllowedHosts, fileSources);
        app.UseMiddleware<DrainRefusal>();
        app.UseChatboxAccess();
        app.UseChatboxSockets();
    }

    private static void MapEndpoints(WebApplication app, NodeOptions options)
    {
        var server = options.Server;
        var takesFiles = options.Files is not { Folder: null, S3: null };
        app.MapChatboxHealth(server.PathPrefix);
        app.MapChatboxMetrics(server.PathPrefix, server.MetricsNetworks);
        app.MapChatboxPages(
            server.PathPrefix,
            server.ParentOrigins,
            server.StarterPrompts,
            uploadLimit: takesFiles ? options.Uploads.MaxSize : 0
        );
        app.MapChatboxStreams(server.PathPrefix);
        app.MapChatboxSessions(server.PathPrefix);
        app.MapChatboxAdministration(server.PathPrefix);
        app.MapChatboxAdminSessions(server.PathPrefix);
        app.MapChatboxAudit(server.PathPrefix);
        app.MapChatboxRatings(server.PathPrefix);
        app.MapChatboxTakeovers(server.PathPrefix);
        app.MapChatboxHelp(server.PathPrefix);
        app.MapAdminEvents(server.PathPrefix);
        app.MapChatboxFileDownloads(server.PathPrefix);
        app.MapChatboxUploads(server.PathPrefix);
        app.MapChatboxCannedReplies(server.PathPrefix);
        app.MapChatboxApiDocument(server.PathPrefix);
        app.MapChatboxSockets(server.PathPrefix);
    }

    // Sockets stop first: the actors stay until clients have been told where they stand, or have been cut off. The store is closed last.
    private static void StopInOrder(WebApplication app, NodeStore store, DataFolder folder)
    {
        // The host waits for the drain before it stops the first service.
        app.Lifetime.ApplicationStopping.Register(() => app.Services.GetRequiredService<NodeDrain>().Begin());
        app.Lifetime.ApplicationStopped.Register(() =>
        {
            store.Dispose();
            folder.Dispose();
        });
    }

    private static void LogWarnings(ILogger log, NodeOptions options, IContentCipher cipher, DataFolder folder, string? shortage)
    {
        if (cipher is { IsSealing: true, AcceptsPlain: true })
            LogClearText(
                log,
                options.Store.Kind == StoreKind.MongoDb
                    ? "This version cannot encrypt what MongoDB already holds"
                    : "To encrypt all of it, stop all nodes and run rekey"
            );
        foreach (var warning in options.Warnings)
            LogConfiguration(log, warning.Key, warning.Message);
        if (shortage is not null)
            LogConfiguration(log, "POSTGRES_MAX_CONNECTIONS", shortage);
        foreach (var warning in folder.Warnings)
            LogConfiguration(log, "DATA_DIR", warning);
    }

    [LoggerMessage(
        190,
        LogLevel.Warning,
        "The store may hold content in clear text from before a key was set, and the node accepts such content. {Remedy}"
    )]
    private static partial void LogClearText(ILogger log, string remedy);

    [LoggerMessage(195, LogLevel.Information, "Chatbox {Version}")]
    private static partial void LogVersion(ILogger log, string version);

    [LoggerMessage(191, LogLevel.Warning, "Configuration: {Key} {Message}")]
    private static partial void LogConfiguration(ILogger log, string key, string message);
}
