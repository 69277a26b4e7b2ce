using Chatbox.Node.Configuration;
using Chatbox.Node.Endpoints;
using Chatbox.Node.Endpoints.Bodies;
using Chatbox.Node.Endpoints.Edge;
using Chatbox.Node.Logging;
using Chatbox.Node.Telemetry;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chatbox.Node.Start;

/// <summary>
/// The web server of a node whose store is not open yet: <c>healthz</c> is 200, so that nobody restarts the node, <c>readyz</c> is 503 with the
/// reason, metrics are served, and everything else is refused with 503. It listens on the address of the node, and makes room for the node's
/// own web server when the store is open.
/// </summary>
internal sealed partial class WaitingRoom : IAsyncDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LogAgainAfter = TimeSpan.FromMinutes(1);

    /// <summary>Longest wait for requests when the room closes. Each is refused or answered at once; only a slow client takes longer.</summary>
    private static readonly TimeSpan LongestRequest = TimeSpan.FromSeconds(1);

    private readonly WebApplication _app;
    private readonly TimeProvider _clock;
    private readonly ILogger<WaitingRoom> _log;
    private (string Reason, long At)? _logged;

    private WaitingRoom(WebApplication app) =>
        (_app, _clock, _log) = (app, TimeProvider.System, app.Services.GetRequiredService<ILogger<WaitingRoom>>());

    /// <summary>Starts to listen.</summary>
    public static async Task<WaitingRoom> Open(NodeOptions options, string store, long starts, StartProgress progress)
    {
        var builder = WebApplication.CreateSlimBuilder(HostSettings.For(options.EnvironmentName));
        builder.Logging.AddChatboxLogging(options.Logging.Level, options.Logging.Format == LogFormat.Json);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(options.Server.Host, options.Server.Port);
        });
        // The program handles signals itself.
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, NoLifetime>());
        builder.Services.AddChatboxMetrics().AddChatboxEdge();

        var app = builder.Build();
        app.UseForwardedClients(options.Server.TrustedProxies);
        app.UseChatboxEdge(options.Server.FrameAncestors, options.Server.CorsOrigins, options.Server.AllowedHosts);
        app.MapWaitingHealth(options.Server.PathPrefix, store, () => progress.Reason);
        app.MapChatboxMetrics(options.Server.PathPrefix, options.Server.MetricsNetworks);
        app.MapFallback(() => ErrorResponse.Unavailable("This server is starting.") with { RetryAfter = RetryAfter });
        app.Services.GetRequiredService<PrometheusMetrics>().Operation.Started(starts);
        var room = new WaitingRoom(app);
        room.LogVersion(OperationMetrics.Version);
        await app.StartAsync();
        return room;
    }

    /// <summary>Logs why the node waits: once a minute, and at once if the reason is another one.</summary>
    public void Report(string reason)
    {
        if (_logged is { } last && last.Reason == reason && _clock.GetElapsedTime(last.At) < LogAgainAfter)
            return;
        _logged = (reason, _clock.GetTimestamp());
        LogWaits(reason);
    }

    public async ValueTask DisposeAsync()
    {
        if (_logged is not null)
            LogContinues();
        // First of all the requests that are under way: they need the services that the disposal takes away.
        using var soon = new CancellationTokenSource(LongestRequest, _clock);
        try
        {
            await _app.StopAsync(soon.Token);
        }
        catch (Exception failure) // the store is open, so the node starts whatever becomes of this server
        {
            LogCutOff(failure);
        }
        finally
        {
            await _app.DisposeAsync();
        }
    }

    [LoggerMessage(196, LogLevel.Information, "Chatbox {Version} is waiting for its store")]
    private partial void LogVersion(string version);

    [LoggerMessage(193, LogLevel.Warning, "The node waits for its store: {Reason}")]
    private partial void LogWaits(string reason);

    [LoggerMessage(198, LogLevel.Information, "The web server of the time of waiting was cut off")]
    private partial void LogCutOff(Exception failure);

    [LoggerMessage(194, LogLevel.Information, "The node no longer waits for its store")]
    private partial void LogContinues();

    /// <summary>Ignores signals to the process.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
