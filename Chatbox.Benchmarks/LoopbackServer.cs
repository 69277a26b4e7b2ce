using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Chatbox.Benchmarks;

/// <summary>The bare Kestrel that the scripted model and the baselines have in common: a free port of 127.0.0.1, HTTP/1.1, no log.</summary>
internal static class LoopbackServer
{
    public static WebApplicationBuilder CreateBuilder()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        return builder;
    }

    /// <summary>Where a started server listens.</summary>
    public static Uri Address(this WebApplication app) => new(app.Urls.Single());

    /// <summary>The same place for a WebSocket.</summary>
    public static Uri Socket(this Uri address, string path) => new UriBuilder(address) { Scheme = "ws", Path = path }.Uri;
}
