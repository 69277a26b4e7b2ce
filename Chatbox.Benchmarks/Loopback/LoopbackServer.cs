using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Chatbox.Benchmarks.Loopback;

/// <summary>The plain Kestrel that the scripted model and the baselines share: a free port of 127.0.0.1, HTTP/1.1, no logging.</summary>
internal static class LoopbackServer
{
    public static WebApplicationBuilder CreateBuilder()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        return builder;
    }

    /// <summary>The address on which a started server listens.</summary>
    public static Uri Address(this WebApplication app) => new(app.Urls.Single());

    /// <summary>The WebSocket address of a path on this server.</summary>
    public static Uri Socket(this Uri address, string path) => new UriBuilder(address) { Scheme = "ws", Path = path }.Uri;
}
