using System.Net;
using Chatbox.Node.Endpoints.Edge;
using Chatbox.Node.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Chatbox.Tests.Harness;

/// <summary>A node's HTTP edge on a free loopback port, without actors. The test maps the endpoints it needs.</summary>
public sealed class TinyHost : IAsyncDisposable
{
    public const string Prefix = "/chatbox";

    private readonly WebApplication _app;

    private TinyHost(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<TinyHost> Start(
        Action<WebApplication> map,
        Action<WebApplicationBuilder>? configure = null,
        IReadOnlyList<string>? frameAncestors = null,
        IReadOnlyList<string>? corsOrigins = null,
        IReadOnlyList<string>? fileSources = null
    )
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services.AddChatboxMetrics().AddChatboxEdge();
        configure?.Invoke(builder);
        var app = builder.Build();
        app.UseChatboxEdge(frameAncestors ?? [], corsOrigins ?? [], fileSources: fileSources);
        map(app);
        await app.StartAsync();
        return new TinyHost(app);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
