using Chatbox.Actors.Index;
using Chatbox.Node.Endpoints.Bodies;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Chatbox.Node.Operators;

/// <summary>
/// Serves <c>pbm</c> on a separate port with a separate web server, so that no mistake in a route can expose operator commands on the public
/// port.
/// </summary>
internal sealed class OperatorServer(
    OperatorOptions options,
    ClusterEndpoints cluster,
    ActorEndpoints actors,
    LogEndpoints logs,
    OperatorSessionEndpoints sessions,
    OperatorTakeoverEndpoints takeovers,
    OperatorHelpEndpoints help,
    OperatorFileEndpoints files,
    UserEndpoints users,
    ModelEndpoints models,
    StoreEndpoints store,
    OperatorAuditEndpoints audit,
    ILoggerFactory loggers
) : IHostedService
{
    /// <summary>Time that open requests have when the server stops. A stream, such as the log, never ends by itself.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(1);

    private WebApplication? _app;

    /// <summary>Address of the server after its start.</summary>
    public Uri Address => new(_app!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(options.Host, options.Port);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopTimeout);
        builder.Services.AddSingleton(loggers).AddSingleton<IHostLifetime, NoLifetime>().AddRoutingCore();
        _app = builder.Build();
        _app.Use(Guard);
        _app.UseRouting();
        cluster.Map(_app);
        actors.Map(_app);
        logs.Map(_app);
        sessions.Map(_app);
        takeovers.Map(_app);
        help.Map(_app);
        files.Map(_app);
        users.Map(_app);
        models.Map(_app);
        store.Map(_app);
        audit.Map(_app);
        _app.MapFallback(() => ErrorResponse.NotFound("This version of Chatbox does not support the command."));
        await _app.StartAsync(cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_app is null)
            return;
        await _app.StopAsync(cancellationToken);
        await _app.DisposeAsync();
    }

    private async Task Guard(HttpContext http, RequestDelegate next)
    {
        if (OperatorGuard.Refuse(http, options) is { } refusal)
        {
            await refusal.ExecuteAsync(http);
            return;
        }

        try
        {
            await next(http);
        }
        catch (IndexUnavailableException) when (!http.Response.HasStarted)
        {
            await ErrorResponse.Unavailable("The store is temporarily unavailable.").ExecuteAsync(http);
        }
    }

    /// <summary>Ignores signals to the process, which the node handles.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
